#pragma once

#include <eventmgr/subscription.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// What an endpoint, its signing secret and its headers must be. A fault is the end of a sentence that begins with the
/// name of the thing.
namespace eventmgr::codec {

inline constexpr std::size_t max_endpoint_bytes = 2048;
inline constexpr std::size_t max_headers = 32;
inline constexpr std::size_t max_header_value_bytes = 4096;

/// What is shown in place of a secret, and of a header's value.
inline constexpr std::string_view masked_secret = "whsec_***";
inline constexpr std::string_view masked_header = "***";

/// The channel that an absolute URL is for by its scheme: http(s) or ws(s), in any case; nullopt for another.
std::optional<channel_kind> channel_of_url(std::string_view url) noexcept;

/// Whether a text is an absolute URL of the channel's schemes: a host name or an address, a port from 1 to 65535 if
/// any, no user, no fragment, ASCII without spaces. nullopt if so.
std::optional<std::string> fault_of_url(std::string_view url, channel_kind channel);

/// Whether a text is "whsec_" and the base64 of 24 to 64 bytes. nullopt if so.
std::optional<std::string> fault_of_secret(std::string_view secret);

/// Whether a header may be sent along: its name is a token (RFC 9110) and none that the message itself needs (of its
/// framing, its connection, its signature, or ours), its value has no control characters and no blanks at its ends.
/// nullopt if so.
std::optional<std::string> fault_of_header(std::string_view name, std::string_view value);

/// Whether a header's value is likely to be a credential, and so is not shown.
bool is_sensitive_header(std::string_view name);

/// Whether two names are one header.
bool same_header(std::string_view a, std::string_view b) noexcept;

}  // namespace eventmgr::codec
