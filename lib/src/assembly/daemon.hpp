#pragma once

#include <eventmgr/export.hpp>
#include <eventmgr/settings.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace eventmgr::assembly {

enum class log_level : std::uint8_t { debug, info, warning, error };

struct daemon_options {
  settings configuration{};

  /// Reads the configuration again, for SIGHUP. Nothing if it is wrong: the mistakes have then been logged.
  std::function<std::optional<settings>()> reload{};

  /// Called from any thread. What lies below `least` it may be spared.
  std::function<void(log_level, const std::string&)> log{};
  log_level least{log_level::info};

  /// Called once requests are answered, with the address, as "http://127.0.0.1:3004". May be empty.
  std::function<void(const std::string& url)> ready{};
};

/// Serves until SIGTERM or SIGINT, then drains: no new connections, requests in progress are answered, streams are
/// closed, what was accepted is committed. A second signal ends it without the rest of the drain. SIGHUP reloads
/// topics, subscriptions and the retry policy of new subscriptions: all of them, or, where one declaration cannot be
/// carried out, none.
///
/// Logs "listening on http://HOST:PORT" once it is ready, the declared topics and subscriptions being there, and tells
/// systemd; and what happens to it: trouble with the store, circuit breakers, subscriptions that stop, requests that it
/// refuses. Throws `error` if it cannot start: the store cannot be opened, or an address cannot be listened on.
EVENTMGR_API void run_daemon(const daemon_options& options);

}  // namespace eventmgr::assembly
