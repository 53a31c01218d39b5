#pragma once

#include "client/server_message.hpp"
#include "client/stream_protocol.hpp"

#include <eventmgr/client_tail.hpp>

#include <string>

namespace eventmgr::client {

/// The stream of one tail, which the client resumes by position.
class tail_protocol final : public stream_protocol {
 public:
  /// Both must outlive this object.
  tail_protocol(const tail_options& options, tail_handler& handler);

  reconnect_rules rules() const override;

  /// From the start the first time, afterwards from where the last event left off.
  std::string subscribe_message() const override;

  result<step> on_message(std::string& message, message_link& link) override;
  void on_idle(message_link&) override { handler_.on_idle(); }
  std::string last_words() override { return {}; }
  bool is_subscribed() const noexcept override { return subscribed_; }
  bool may_resume(const failure& why) const noexcept override;
  void on_disconnected(const failure& why, std::chrono::milliseconds retry_in) override;

 private:
  bool was_subscribed() const noexcept { return !position_.empty(); }
  result<step> take_event(const streamed_event& item, message_link& link);

  const tail_options& options_;
  tail_handler& handler_;
  std::string position_{};
  bool subscribed_{false};
};

}  // namespace eventmgr::client
