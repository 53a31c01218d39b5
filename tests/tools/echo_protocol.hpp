#pragma once

#include "transport/ws/ws_endpoint.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace eventmgr::testing {

/// Sends every message back as it came, as conformance suites want it.
class echo_protocol final : public transport::ws_protocol {
 public:
  explicit echo_protocol(std::shared_ptr<transport::ws_sender> sender) : sender_{std::move(sender)} {}

  void on_open() override {}

  // Offered, not replied, so that compression is used where it was agreed on. A message that finds the outbox full
  // waits there, and the session reads no further.
  void on_text(std::string& message) override {
    if (!sender_->offer(message, {}, {})) held_back_ = message;
  }

  void on_binary(std::string& message) override { sender_->reply(codec::websocket::opcode::binary, message); }

  bool ready() const override { return held_back_.empty(); }

  void on_room() override {
    if (!held_back_.empty() && sender_->offer(held_back_, {}, {})) held_back_.clear();
  }

  std::string_view heartbeat() const override { return {}; }
  void on_close() override {}

 private:
  const std::shared_ptr<transport::ws_sender> sender_;
  std::string held_back_;
};

inline transport::ws_protocol_factory make_echo_factory() {
  return [](const std::shared_ptr<transport::ws_sender>& sender,
            const transport::http_request&) -> result<std::shared_ptr<transport::ws_protocol>> {
    return std::make_shared<echo_protocol>(sender);
  };
}

}  // namespace eventmgr::testing
