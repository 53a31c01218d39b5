#include "transport/ws/ws_endpoint.hpp"

#include "transport/common/problem_json.hpp"
#include "transport/ws/broker_protocol.hpp"
#include "transport/ws/last_response.hpp"
#include "transport/ws/ws_handshake.hpp"
#include "transport/ws/ws_session.hpp"

#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace eventmgr::transport {

namespace {

/// The running sessions. Shared with them, for they outlive the endpoint where the process ends in a hurry.
class session_registry {
 public:
  enum class admission { yes, full, draining };

  explicit session_registry(std::size_t capacity) : capacity_{capacity} {}

  /// Counts one in, who must be taken out by `remove`.
  admission add(const std::shared_ptr<ws_sender>& session) {
    const std::lock_guard lock{mutex_};
    if (draining_) return admission::draining;
    if (sessions_.size() >= capacity_) return admission::full;
    sessions_.emplace(session.get(), session);
    return admission::yes;
  }

  void remove(const ws_sender* session) {
    std::function<void()> done;
    {
      const std::lock_guard lock{mutex_};
      sessions_.erase(session);
      if (draining_ && sessions_.empty()) done = std::exchange(drained_, nullptr);
    }
    if (done) done();
  }

  void drain(std::function<void()> done) {
    std::vector<std::shared_ptr<ws_sender>> running;
    {
      const std::lock_guard lock{mutex_};
      draining_ = true;
      for (const auto& [key, session] : sessions_) running.push_back(session);
      if (!running.empty()) drained_ = std::exchange(done, nullptr);
    }
    for (const auto& session : running) {
      session->close(codec::websocket::close_code::going_away, "the daemon is shutting down");
    }
    if (done) done();
  }

  std::size_t size() const {
    const std::lock_guard lock{mutex_};
    return sessions_.size();
  }

 private:
  mutable std::mutex mutex_;
  const std::size_t capacity_;
  std::unordered_map<const ws_sender*, std::shared_ptr<ws_sender>> sessions_;
  std::function<void()> drained_;
  bool draining_{false};
};

class endpoint final : public ws_endpoint {
 public:
  endpoint(ws_protocol_factory factory, ws_endpoint_options options)
      : factory_{std::move(factory)},
        options_{std::move(options)},
        registry_{std::make_shared<session_registry>(options_.max_sessions)} {}

  void accept(boost::asio::ip::tcp::socket socket, const http_request& request, std::string leftover) override {
    auto judged = judge_handshake(request, options_);
    if (const auto* refusal = std::get_if<http_response>(&judged)) {
      return send_last_response(std::move(socket), *refusal, options_.session.close_timeout);
    }
    auto& upgrade = std::get<ws_upgrade>(judged);
    const auto session = ws_session::make(socket.get_executor(), options_.session, upgrade.deflate_window_bits);
    if (const auto refusal = admit(*session)) {
      return send_last_response(std::move(socket), problem_response(*refusal, request.target, 503),
                                options_.session.close_timeout);
    }
    auto protocol = factory_(session->sender(), request);
    const auto gone = [registry = registry_, key = session->sender().get()] { registry->remove(key); };
    if (protocol.has_error()) {
      gone();
      return send_last_response(std::move(socket), problem_response(protocol.error(), request.target),
                                options_.session.close_timeout);
    }
    session->start(std::move(socket), std::move(*protocol), std::move(upgrade.answer), leftover, gone);
  }

  void drain(std::function<void()> done) override { registry_->drain(std::move(done)); }

  std::size_t sessions() const override { return registry_->size(); }

 private:
  std::optional<failure> admit(const ws_session& session) {
    switch (registry_->add(session.sender())) {
      case session_registry::admission::yes:
        break;
      case session_registry::admission::full:
        return failure{.code = errc::rate_limited, .message = "too many WebSockets are open"};
      case session_registry::admission::draining:
        return failure{.code = errc::shutting_down, .message = "the daemon is shutting down"};
    }
    return std::nullopt;
  }

  const ws_protocol_factory factory_;
  const ws_endpoint_options options_;
  const std::shared_ptr<session_registry> registry_;
};

}  // namespace

std::unique_ptr<ws_endpoint> make_ws_endpoint(ws_protocol_factory factory, ws_endpoint_options options) {
  return std::make_unique<endpoint>(std::move(factory), std::move(options));
}

std::unique_ptr<ws_endpoint> make_ws_endpoint(broker& subject, ws_endpoint_options options,
                                              const ws_protocol_options& protocol) {
  return make_ws_endpoint(make_broker_protocol_factory(subject, protocol), std::move(options));
}

}  // namespace eventmgr::transport
