#pragma once

#include <eventmgr/error.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/interrupt.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::client {

/// A new secret for signing: "whsec_" and the base64 of 24 random bytes.
EVENTMGR_API std::string make_webhook_secret();

/// The value of `webhook-signature` (Standard Webhooks): "v1," and the base64 of the HMAC-SHA256 of
/// "id.timestamp.body", where `timestamp` is in seconds since 1970. Fails with `invalid_request` unless the secret is
/// base64 of 1 to 256 bytes, after "whsec_" or without it.
EVENTMGR_API result<std::string> sign_webhook(std::string_view secret, std::string_view id, std::int64_t timestamp,
                                              std::string_view body);

struct webhook_options {
  std::string url{};      ///< http or https; may have a query
  std::string secret{};   ///< for signing; empty: deliveries are not signed
  std::string ca_file{};  ///< PEM, trusted instead of the system's authorities; empty: those
  std::vector<std::pair<std::string, std::string>> headers{};  ///< sent with each delivery
  std::string user_agent{"eventmgr-client"};
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds answer_timeout{30000};  ///< from sending a delivery to the last byte of its answer
  std::shared_ptr<interrupt> stop{};                ///< may be null
};

/// One event for a receiver, as the daemon would post it.
struct webhook_delivery {
  event_id id;
  std::string_view json;          ///< the event
  std::string_view subscription;  ///< what the receiver is told it is delivered for
  std::uint32_t attempt{1};
};

/// What a receiver said.
struct webhook_answer {
  unsigned status{0};
  bool success{false};  ///< 2xx, and no handler result that says otherwise
  bool retry{true};     ///< where it failed: whether the daemon would try again
  std::string error{};  ///< why it failed
  std::string body{};   ///< at most 64 KiB
  std::chrono::milliseconds duration{0};
};

/// Posts events to one receiver over a kept-open connection. One call at a time, from any thread.
class EVENTMGR_API webhook_sender {
 public:
  /// Throws `error` with `invalid_request` if the URL, a header or the secret is none, or a certificate file cannot be
  /// read.
  explicit webhook_sender(webhook_options options);
  webhook_sender(webhook_sender&&) noexcept;
  webhook_sender& operator=(webhook_sender&&) noexcept;
  ~webhook_sender();

  /// Fails with `unreachable` if no answer came. A delivery may have arrived then.
  result<webhook_answer> send(const webhook_delivery& delivery);

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace eventmgr::client
