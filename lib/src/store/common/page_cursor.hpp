#pragma once

#include <eventmgr/error.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace eventmgr {

/// The text of a cursor: what kind of list it belongs to (`tag`), the fingerprint of the query, and the place behind
/// which the next page begins.
std::string make_page_cursor(std::string_view tag, std::uint64_t print, std::span<const std::uint64_t> place);

/// Reads the place of a cursor, as many words as were written. Fails with `invalid_request` where the text is no cursor
/// of this list, or one of another query.
result<void> read_page_cursor(std::string_view text, std::string_view tag, std::uint64_t print,
                              std::span<std::uint64_t> place);

/// `invalid_request` that names one parameter; `message` is what is said of it ("must not be empty").
failure bad_parameter(std::string pointer, std::string message);

/// Refuses a limit outside 1 to `most`.
result<void> check_page_limit(std::uint32_t limit, std::uint32_t most);

}  // namespace eventmgr
