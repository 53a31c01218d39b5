#pragma once

#include <eventmgr/client_tail.hpp>

#include <string>
#include <string_view>

namespace eventmgr::client {

/// What one tail says and hears over its connections, and where it stands: everything but the sockets and the waiting.
class tail_protocol {
 public:
  enum class step {
    go_on,
    answer,  ///< send `ping_message` and go on, so that the daemon sees a live peer
    stop,    ///< the handler has had enough
  };

  /// Both must outlive this object.
  tail_protocol(const tail_options& options, tail_handler& handler);

  /// The first message of a connection: from the start the first time, afterwards from where the last event left off.
  std::string subscribe_message() const;

  static std::string_view ping_message() noexcept { return R"({"type":"ping"})"; }

  /// Takes a message of the daemon's; its spare capacity is used as padding. Fails with what the daemon refused the
  /// subscription with, and with `internal` for a message that is not of the protocol.
  result<step> on_message(std::string& message);

  /// Whether the daemon ever accepted the subscription.
  bool was_subscribed() const noexcept { return !position_.empty(); }

  /// Whether it did so since the last `on_disconnected`.
  bool is_subscribed() const noexcept { return subscribed_; }

  /// Whether to come back after this failure: a daemon that is away, closing or out of space will be there again.
  bool may_resume(const failure& why) const noexcept;

  void on_disconnected() noexcept { subscribed_ = false; }

 private:
  struct message_view;

  static bool read(std::string& message, message_view& seen);

  const tail_options& options_;
  tail_handler& handler_;
  std::string position_{};
  bool subscribed_{false};
};

}  // namespace eventmgr::client
