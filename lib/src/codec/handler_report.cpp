#include "codec/handler_report.hpp"

#include "codec/json_walk.hpp"
#include "codec/problems.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr::codec {
namespace {

std::string message_of(std::string_view object) {
  member_walker members{object};
  json_member member;
  while (members.next(member)) {
    if (unescape(member.raw_key) != "message") continue;
    if (auto text = string_value(member.value)) return std::move(*text);
  }
  return std::string{object};
}

}  // namespace

std::string error_words(std::string_view value) {
  if (value == "null") return {};
  std::string words;
  if (auto text = string_value(value)) {
    words = std::move(*text);
  } else {
    words = value.front() == '{' ? message_of(value) : std::string{value};
  }
  words.resize(cut(words, max_error_bytes).size());
  std::ranges::replace(words, '\0', ' ');
  return words;
}

std::string kept_metadata(std::string_view value) {
  const bool fits = value.front() == '{' && value.size() > 2 && value.size() <= max_result_metadata_bytes;
  const bool has_nul = value.find("\\u0000") != std::string_view::npos;  // not every store keeps it
  return fits && !has_nul ? std::string{value} : std::string{};
}

}  // namespace eventmgr::codec
