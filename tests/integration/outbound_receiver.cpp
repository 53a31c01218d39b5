#include "integration/outbound_receiver.hpp"

#include <stdexcept>
#include <utility>

namespace eventmgr::test {

namespace ws = codec::websocket;

using nlohmann::json;

class outbound_receiver::protocol final : public transport::ws_protocol {
 public:
  protocol(std::shared_ptr<state> shared, std::shared_ptr<transport::ws_sender> sender)
      : state_{std::move(shared)}, sender_{std::move(sender)} {}

  void on_open() override {
    const std::lock_guard lock{state_->mutex};
    state_->sender = sender_;
    ++state_->opened;
    state_->changed.notify_all();
  }

  void on_text(std::string& message) override {
    const std::lock_guard lock{state_->mutex};
    state_->messages.push_back(json::parse(message));
    state_->changed.notify_all();
  }

  void on_binary(std::string&) override {}

  bool ready() const override {
    const std::lock_guard lock{state_->mutex};
    return !state_->held;
  }

  void on_room() override {}
  std::string_view heartbeat() const override { return R"({"type":"heartbeat"})"; }

  void on_close() override {
    const std::lock_guard lock{state_->mutex};
    ++state_->closed;
    state_->changed.notify_all();
  }

 private:
  const std::shared_ptr<state> state_;
  const std::shared_ptr<transport::ws_sender> sender_;
};

outbound_receiver::outbound_receiver(std::uint16_t port) {
  auto factory = [shared = state_](
                     const std::shared_ptr<transport::ws_sender>& sender,
                     const transport::http_request& request) -> result<std::shared_ptr<transport::ws_protocol>> {
    const std::lock_guard lock{shared->mutex};
    shared->handshake = request;
    return std::make_shared<protocol>(shared, sender);
  };
  server_ = std::make_unique<ws_test_server>(
      transport::make_ws_endpoint(std::move(factory), {.session = {.max_message_bytes = 64U << 20U}}), port);
}

json outbound_receiver::next() {
  std::unique_lock lock{state_->mutex};
  if (!state_->changed.wait_for(lock, patience, [&] { return !state_->messages.empty(); })) {
    throw std::runtime_error{"the receiver was sent nothing in time"};
  }
  json message = std::move(state_->messages.front());
  state_->messages.pop_front();
  return message;
}

std::size_t outbound_receiver::waiting() const {
  const std::lock_guard lock{state_->mutex};
  return state_->messages.size();
}

void outbound_receiver::say(const json& message) { say_text(message.dump()); }

void outbound_receiver::say_text(const std::string& text) { connection()->reply(ws::opcode::text, text); }

void outbound_receiver::say_binary() { connection()->reply(ws::opcode::binary, "x"); }

void outbound_receiver::acknowledge(const json& message) {
  say({{"type", "ack"}, {"subscription", message["subscription"]}, {"ackIds", ack_ids(message)}});
}

void outbound_receiver::close() { connection()->close(ws::close_code::going_away, "enough"); }

void outbound_receiver::hold(bool held) {
  {
    const std::lock_guard lock{state_->mutex};
    state_->held = held;
  }
  // What is sent makes the session ask again whether it may read.
  if (!held) connection()->reply(ws::opcode::pong, {});
}

std::shared_ptr<transport::ws_sender> outbound_receiver::connection() const {
  std::unique_lock lock{state_->mutex};
  if (!state_->changed.wait_for(lock, patience, [&] { return state_->sender != nullptr; })) {
    throw std::runtime_error{"nobody has connected to the receiver in time"};
  }
  return state_->sender;
}

bool outbound_receiver::wait_connections(std::size_t count) {
  std::unique_lock lock{state_->mutex};
  return state_->changed.wait_for(lock, patience, [&] { return state_->opened >= count; });
}

bool outbound_receiver::wait_closed(std::size_t count) {
  std::unique_lock lock{state_->mutex};
  return state_->changed.wait_for(lock, patience, [&] { return state_->closed >= count; });
}

std::optional<std::string> outbound_receiver::header(std::string_view name) const {
  const std::lock_guard lock{state_->mutex};
  const auto found = state_->handshake.headers.find(name);
  return found ? std::optional{std::string{*found}} : std::nullopt;
}

std::string outbound_receiver::target() const {
  const std::lock_guard lock{state_->mutex};
  return state_->handshake.target;
}

std::vector<std::string> ack_ids(const json& message) {
  if (message["type"] == "event") return {message["ackId"].get<std::string>()};
  std::vector<std::string> ids;
  for (const json& item : message["items"]) ids.push_back(item["ackId"].get<std::string>());
  return ids;
}

}  // namespace eventmgr::test
