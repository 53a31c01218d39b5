#include "transport/ws/broker_protocol.hpp"

#include "broker/broker.hpp"
#include "codec/event_decoder.hpp"
#include "transport/ws/ws_message.hpp"
#include "transport/ws/ws_tail.hpp"

#include <atomic>
#include <unordered_map>
#include <utility>

namespace eventmgr::transport {

namespace {

constexpr std::string_view query_subscription = "default";

class broker_protocol final : public ws_protocol, public std::enable_shared_from_this<broker_protocol> {
 public:
  broker_protocol(broker& subject, const ws_protocol_options& options, std::shared_ptr<ws_sender> sender,
                  ws_subscribe first)
      : broker_{subject}, options_{options}, sender_{std::move(sender)}, first_{std::move(first)} {
    broker_.counters().connections.fetch_add(1, std::memory_order_relaxed);
  }

  broker_protocol(const broker_protocol&) = delete;
  broker_protocol& operator=(const broker_protocol&) = delete;

  ~broker_protocol() override { broker_.counters().connections.fetch_sub(1, std::memory_order_relaxed); }

  void on_open() override {
    if (!first_.topics.empty()) run(std::string{query_subscription}, std::move(first_));
  }

  void on_text(std::string& message) override {
    ws_request request = parse_ws_request(message, broker_.now());
    if (request.command.has_error()) return reply(error_message(request.id, request.command.error()));
    std::visit([&](auto& command) { run(request.id, std::move(command)); }, *request.command);
  }

  void on_binary(std::string&) override {
    sender_->close(codec::websocket::close_code::unsupported_data, "messages are JSON text");
  }

  /// Commands that others carry out are taken one subscription, and so many publishes, at a time: a client that does
  /// not wait for answers cannot queue work without end.
  bool ready() const override {
    return (!opening_ || opening_->answered()) &&
           publishing_->load(std::memory_order_relaxed) < options_.max_publishes_in_flight;
  }

  void on_room() override {
    for (const auto& [id, item] : subscriptions_) {
      if (item.sink->take_refusal()) item.handle->resume();
    }
  }

  std::string_view heartbeat() const override { return heartbeat_message; }

  void on_close() override {
    for (const auto& [id, item] : subscriptions_) item.sink->detach();
    subscriptions_.clear();
  }

 private:
  struct subscription {
    std::shared_ptr<ws_tail> sink;
    std::unique_ptr<tail_handle> handle;
  };

  void run(const std::string& id, ws_subscribe command) {
    if (subscriptions_.contains(id)) {
      return refuse(id, {.code = errc::conflict, .message = "a subscription of this id exists on this connection"});
    }
    if (subscriptions_.size() >= options_.max_subscriptions) {
      return refuse(
          id, {.code = errc::invalid_request,
               .message = "a connection can have " + std::to_string(options_.max_subscriptions) + " subscriptions"});
    }
    auto sink = std::make_shared<ws_tail>(id, sender_, [weak = weak_from_this(), sender = sender_, id] {
      sender->post([weak, id] {
        if (const auto self = weak.lock()) self->forget(id);
      });
    });
    tail_request request{
        .topics = std::move(command.topics), .start = std::move(command.start), .filter = std::move(command.filter)};
    auto handle = broker_.open_tail(std::move(request), sink);
    const bool resume = sink->attach(handle->id());
    opening_ = sink;
    const auto& added = subscriptions_.emplace(id, subscription{std::move(sink), std::move(handle)}).first;
    if (resume) added->second.handle->resume();
  }

  /// Drops a subscription that the broker has ended, if it is still that one which goes by the id.
  void forget(const std::string& id) {
    const auto found = subscriptions_.find(id);
    if (found != subscriptions_.end() && found->second.sink->over()) subscriptions_.erase(found);
  }

  void run(const std::string& id, ws_unsubscribe) {
    const auto found = subscriptions_.find(id);
    if (found == subscriptions_.end()) {
      return refuse(id, {.code = errc::not_found, .message = "no subscription of this id on this connection"});
    }
    found->second.sink->detach();
    subscriptions_.erase(found);
    reply(unsubscribed_message(id));
  }

  void run(const std::string& id, ws_publish command) {
    const codec::decode_options options{.limits = options_.limits, .now = broker_.now()};
    auto decoded = codec::decode_event(command.event, options);
    if (decoded.has_error()) {
      broker_.counters().events_rejected.fetch_add(1, std::memory_order_relaxed);
      return refuse(id, decoded.error());
    }
    publishing_->fetch_add(1, std::memory_order_relaxed);
    std::vector<std::shared_ptr<event>> events{std::move(*decoded)};
    broker_.publish(std::move(events), [sender = sender_, publishing = publishing_,
                                        id](const result<std::span<const append_entry>>& outcome) {
      // Before the answer, whose sending makes the session ask whether we are ready.
      publishing->fetch_sub(1, std::memory_order_relaxed);
      sender->reply(codec::websocket::opcode::text,
                    outcome.has_error() ? error_message(id, outcome.error()) : receipt(id, outcome->front()));
    });
  }

  void run(const std::string& id, ws_ping) { reply(pong_message(id)); }

  static std::string receipt(const std::string& id, const append_entry& entry) {
    const bool duplicate = entry.outcome == append_outcome::duplicate;
    return published_message(id, entry.record->id, duplicate ? entry.original_seq : entry.record->seq, duplicate);
  }

  void refuse(const std::string& id, const failure& why) { reply(error_message(id, why)); }
  void reply(const std::string& message) { sender_->reply(codec::websocket::opcode::text, message); }

  broker& broker_;
  const ws_protocol_options options_;
  const std::shared_ptr<ws_sender> sender_;
  ws_subscribe first_;
  std::unordered_map<std::string, subscription> subscriptions_;
  std::shared_ptr<const ws_tail> opening_;  ///< the latest
  const std::shared_ptr<std::atomic<std::uint32_t>> publishing_{std::make_shared<std::atomic<std::uint32_t>>(0)};
};

}  // namespace

ws_protocol_factory make_broker_protocol_factory(broker& subject, ws_protocol_options options) {
  return [&subject, options](const std::shared_ptr<ws_sender>& sender,
                             const http_request& request) -> result<std::shared_ptr<ws_protocol>> {
    auto first = parse_ws_target(request.target, subject.now());
    if (first.has_error()) return first.error();
    return std::make_shared<broker_protocol>(subject, options, sender, std::move(*first));
  };
}

}  // namespace eventmgr::transport
