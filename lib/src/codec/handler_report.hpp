#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// What a handler says beside success or not, kept with the attempt and bounded.
namespace eventmgr::codec {

inline constexpr std::size_t max_error_bytes = 1024;
inline constexpr std::size_t max_result_metadata_bytes = 4096;

/// The words of an `error` in compact, valid JSON: a string as it is, of an object its `message`, else its JSON; empty
/// for null. Cut to `max_error_bytes` between two characters; U+0000 becomes a space.
std::string error_words(std::string_view value);

/// A `metadata` in compact, valid JSON, if it is an object of at most `max_result_metadata_bytes` with a member and
/// without U+0000; else empty.
std::string kept_metadata(std::string_view value);

}  // namespace eventmgr::codec
