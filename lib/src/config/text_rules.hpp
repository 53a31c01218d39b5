#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::config {

// Each puts the text in its canonical form and returns nothing, or returns what is wrong with it.

/// An IPv4 or IPv6 address, or `localhost`, which becomes 127.0.0.1.
std::optional<std::string> check_host(std::string& text);

/// `sqlite:` or `sqlite:PATH`.
std::optional<std::string> check_database_url(std::string& text);

/// A path: no control characters.
std::optional<std::string> check_path(std::string& text);

/// `*`, or scheme://host with an optional port and nothing after it.
std::optional<std::string> check_origin(std::string& text);

/// `fixed`, `linear` or `exponential`.
std::optional<std::string> check_backoff_strategy(std::string& text);

/// Whether an address that `check_host` took is reached from this machine only.
bool is_loopback(std::string_view host) noexcept;

}  // namespace eventmgr::config
