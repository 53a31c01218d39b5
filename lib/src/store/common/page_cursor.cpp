#include "store/common/page_cursor.hpp"

#include <charconv>
#include <cstddef>
#include <optional>

namespace eventmgr {
namespace {

constexpr std::size_t word_digits = 16;

void append_hex(std::string& out, std::uint64_t word) {
  static constexpr std::string_view alphabet = "0123456789abcdef";
  for (std::size_t i = word_digits; i-- > 0;) out += alphabet[(word >> (4 * i)) & 0xFU];
}

/// Takes a word off the front of `text`, which is long enough.
std::optional<std::uint64_t> take_hex(std::string_view& text) noexcept {
  const std::string_view head = text.substr(0, word_digits);
  text.remove_prefix(word_digits);
  std::uint64_t word = 0;
  const auto [end, fault] = std::from_chars(head.data(), head.data() + head.size(), word, 16);
  if (fault != std::errc{} || end != head.data() + head.size()) return std::nullopt;
  return word;
}

}  // namespace

failure bad_parameter(std::string pointer, std::string message) {
  failure reason{errc::invalid_request, pointer.substr(1) + " " + message};
  reason.details.push_back({std::move(pointer), std::move(message)});
  return reason;
}

result<void> check_page_limit(std::uint32_t limit, std::uint32_t most) {
  if (limit >= 1 && limit <= most) return {};
  return bad_parameter("/limit", "must be from 1 to " + std::to_string(most));
}

std::string make_page_cursor(std::string_view tag, std::uint64_t print, std::span<const std::uint64_t> place) {
  std::string text{tag};
  text.reserve(tag.size() + (place.size() + 1) * word_digits);
  append_hex(text, print);
  for (const std::uint64_t word : place) append_hex(text, word);
  return text;
}

result<void> read_page_cursor(std::string_view text, std::string_view tag, std::uint64_t print,
                              std::span<std::uint64_t> place) {
  const auto foreign = [] { return bad_parameter("/cursor", "was not made by this service"); };
  if (text.size() != tag.size() + (place.size() + 1) * word_digits || !text.starts_with(tag)) return foreign();
  text.remove_prefix(tag.size());
  const auto found_print = take_hex(text);
  if (!found_print) return foreign();
  for (std::uint64_t& word : place) {
    const auto found = take_hex(text);
    if (!found) return foreign();
    word = *found;
  }
  if (*found_print != print) {
    return bad_parameter("/cursor", "belongs to a query with other filters or another order");
  }
  return {};
}

}  // namespace eventmgr
