#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace eventmgr::codec {

inline constexpr std::size_t max_refusal_bytes = 200;

/// What the body of a failed answer says went wrong, in one line of at most `max_refusal_bytes`: of a JSON object its
/// `detail` (RFC 9457), `message`, `error` or `title`, of another text that is neither JSON nor a page the text itself.
/// Empty where there is no such thing, however hostile the body. Thread-safe.
std::string refusal_words(std::string_view body);

}  // namespace eventmgr::codec
