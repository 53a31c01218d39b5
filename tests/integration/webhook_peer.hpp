#pragma once

#include "integration/webhook_identity.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::testing {

/// One connection as the receiver sees it, in the script's hands. Blocking.
class webhook_conversation {
 public:
  virtual ~webhook_conversation() = default;

  /// From 0, in the order in which connections came.
  virtual std::size_t number() const noexcept = 0;

  /// The next request, header and body; nullopt once the sender has closed.
  virtual std::optional<std::string> hear() = 0;

  /// False if the sender is gone.
  virtual bool say(std::string_view bytes) = 0;

  /// Waits, reading nothing, until the sender has closed, or the peer is destroyed.
  virtual void hang() = 0;

  /// Breaks the connection, so that the sender sees a reset.
  virtual void reset() = 0;
};

/// A receiver of webhooks that does what a script says: one call, on a thread of its own, for each connection; the
/// connection is closed when it returns.
class webhook_peer {
 public:
  using script = std::function<void(webhook_conversation&)>;

  explicit webhook_peer(script lines, const std::optional<tls_identity>& identity = std::nullopt);
  webhook_peer(const webhook_peer&) = delete;
  webhook_peer& operator=(const webhook_peer&) = delete;
  ~webhook_peer();

  std::uint16_t port() const noexcept;
  std::string url(std::string_view host = "127.0.0.1") const;

  /// Connections so far; TLS handshakes that failed count too.
  std::size_t connections() const noexcept;

  /// Those whose script has returned.
  std::size_t ended() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// A whole answer with a Content-Length.
std::string answer_of(int status, std::string_view body = {}, std::string_view headers = {});

/// Answers every request so, on every connection.
webhook_peer::script always(std::string answer);

}  // namespace eventmgr::testing
