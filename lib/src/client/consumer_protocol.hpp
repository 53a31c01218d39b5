#pragma once

#include "client/server_message.hpp"
#include "client/stream_protocol.hpp"

#include <eventmgr/client_consumer.hpp>

#include <string>
#include <vector>

namespace eventmgr::client {

/// The stream of one consumer of a durable subscription: its place is the daemon's to keep, this end acknowledges.
class consumer_protocol final : public stream_protocol {
 public:
  /// Both must outlive this object.
  consumer_protocol(const consume_options& options, consumer_handler& handler);

  reconnect_rules rules() const override;
  std::string subscribe_message() const override;
  result<step> on_message(std::string& message, message_link& link) override;

  /// Says the acknowledgements so far.
  void on_idle(message_link& link) override;

  /// The acknowledgements that were not said yet.
  std::string last_words() override;

  bool is_subscribed() const noexcept override { return attached_; }
  bool may_resume(const failure& why) const noexcept override;
  void on_disconnected(const failure& why, std::chrono::milliseconds retry_in) override;

 private:
  result<step> take_events(const std::vector<streamed_event>& items, message_link& link);
  result<void> carry_out(const verdict& judged, std::string_view ack_id, message_link& link);
  result<void> acknowledge(message_link& link);

  const consume_options& options_;
  consumer_handler& handler_;
  std::vector<std::string> done_{};  ///< to be acknowledged
  bool attached_{false};
  bool was_attached_{false};
};

}  // namespace eventmgr::client
