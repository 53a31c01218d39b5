#pragma once

#include <eventmgr/client_tail.hpp>
#include <eventmgr/error.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace eventmgr::client {

/// How to come back after a lost connection, and when one is lost.
struct reconnect_rules {
  std::chrono::milliseconds first_delay{100};
  std::chrono::milliseconds longest_delay{5000};
  std::chrono::milliseconds silence_limit{75000};
};

/// What a protocol says things through.
class message_link : public stream_link {
 public:
  virtual result<void> send(std::string_view text) = 0;

  /// Whether the interrupt was raised: nothing more is to be begun.
  virtual bool is_stopping() const noexcept = 0;
};

/// What one stream says and hears over its connections, and where it stands: everything but the sockets and the
/// waiting.
class stream_protocol {
 public:
  enum class step {
    go_on,
    answer,  ///< send `ping_message` and go on, so that the daemon sees a live peer
    stop,    ///< the handler has had enough
  };

  static std::string_view ping_message() noexcept { return R"({"type":"ping"})"; }

  stream_protocol() = default;
  stream_protocol(const stream_protocol&) = delete;
  stream_protocol& operator=(const stream_protocol&) = delete;
  virtual ~stream_protocol() = default;

  virtual reconnect_rules rules() const = 0;

  /// The first message of a connection.
  virtual std::string subscribe_message() const = 0;

  /// Takes a message of the daemon's; its spare capacity is used as padding. Fails with what the daemon refused the
  /// subscription with, and with `internal` for a message that is not of the protocol.
  virtual result<step> on_message(std::string& message, message_link& link) = 0;

  /// Every message that had arrived was handled. What fails to be sent here shows in the next message's absence.
  virtual void on_idle(message_link& link) = 0;

  /// What is left to be said before the connection is closed for good; empty: nothing.
  virtual std::string last_words() = 0;

  /// Whether the daemon accepted the subscription since the last `on_disconnected`.
  virtual bool is_subscribed() const noexcept = 0;

  /// Whether to come back after this failure.
  virtual bool may_resume(const failure& why) const noexcept = 0;

  virtual void on_disconnected(const failure& why, std::chrono::milliseconds retry_in) = 0;
};

/// Whether a failure passes by itself: a daemon that is away, closing or out of space will be there again.
inline bool is_passing(errc code) noexcept {
  return code == errc::unreachable || code == errc::shutting_down || code == errc::store_unavailable ||
         code == errc::rate_limited || code == errc::queue_full;
}

}  // namespace eventmgr::client
