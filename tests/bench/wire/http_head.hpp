#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace eventmgr::bench {

/// The longest head of a message that is waited for.
inline constexpr std::size_t max_head = 64U << 10U;

/// The value of a header field, its name in any case; empty if there is none. `head` is the first line and the fields,
/// each with its line end.
std::string_view header_field(std::string_view head, std::string_view name);

/// nullopt for a head without a Content-Length, or with one that is no number.
std::optional<std::size_t> content_length(std::string_view head);

}  // namespace eventmgr::bench
