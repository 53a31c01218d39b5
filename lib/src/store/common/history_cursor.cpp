#include "store/common/history_cursor.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>

namespace eventmgr {
namespace {

constexpr std::string_view version_prefix = "h1";
constexpr std::size_t word_digits = 16;
constexpr std::size_t partition_digits = 4;
constexpr std::size_t cursor_size = 2 + 3 * word_digits + partition_digits;

/// FNV-1a, with the length of each field mixed in so that "ab","c" and "a","bc" differ.
class fingerprint {
 public:
  void add(std::string_view text) noexcept {
    add(static_cast<std::uint64_t>(text.size()));
    for (const char c : text) mix(static_cast<unsigned char>(c));
  }
  void add(std::uint64_t word) noexcept {
    for (int shift = 0; shift < 64; shift += 8) mix(static_cast<unsigned char>(word >> shift));
  }
  void add(time_point at) noexcept { add(static_cast<std::uint64_t>(at.time_since_epoch().count())); }
  void add(const event_id& id) noexcept {
    for (const std::uint8_t byte : id.value.bytes) mix(byte);
  }
  void add(enum priority value) noexcept { add(static_cast<std::uint64_t>(value)); }
  void add(const topic_pattern& pattern) noexcept { add(std::string_view{pattern.str()}); }
  void add(const std::string& text) noexcept { add(std::string_view{text}); }

  template <class T>
  void add(const std::optional<T>& clause) noexcept {
    mix(clause ? 1 : 0);
    if (clause) add(*clause);
  }

  std::uint64_t value() const noexcept { return state_; }

 private:
  void mix(unsigned char byte) noexcept { state_ = (state_ ^ byte) * 0x100000001B3ULL; }

  std::uint64_t state_{0xCBF29CE484222325ULL};
};

std::uint64_t fingerprint_of(const event_query& query) noexcept {
  fingerprint print;
  print.add(query.topic);
  print.add(query.type);
  print.add(query.source);
  print.add(query.since);
  print.add(query.until);
  print.add(query.correlation_id);
  print.add(query.project_id);
  print.add(query.user_id);
  print.add(query.tag);
  print.add(query.priority);
  print.add(static_cast<std::uint64_t>(query.order));
  return print.value();
}

void append_hex(std::string& out, std::uint64_t word, std::size_t digits) {
  static constexpr std::string_view alphabet = "0123456789abcdef";
  for (std::size_t i = digits; i-- > 0;) out += alphabet[(word >> (4 * i)) & 0xFU];
}

/// Takes `digits` hexadecimal digits off the front of `text`.
std::optional<std::uint64_t> take_hex(std::string_view& text, std::size_t digits) noexcept {
  const std::string_view head = text.substr(0, digits);
  text.remove_prefix(head.size());
  std::uint64_t word = 0;
  const auto [end, fault] = std::from_chars(head.data(), head.data() + head.size(), word, 16);
  if (fault != std::errc{} || end != head.data() + digits) return std::nullopt;
  return word;
}

failure bad_parameter(std::string pointer, std::string message) {
  failure reason{errc::invalid_request, message};
  reason.details.push_back({std::move(pointer), std::move(message)});
  return reason;
}

}  // namespace

std::string make_history_cursor(const event_query& query, const history_place& last) {
  std::string text{version_prefix};
  text.reserve(cursor_size);
  append_hex(text, fingerprint_of(query), word_digits);
  append_hex(text, static_cast<std::uint64_t>(last.received_at.time_since_epoch().count()), word_digits);
  append_hex(text, last.partition.value, partition_digits);
  append_hex(text, last.seq.value, word_digits);
  return text;
}

result<std::optional<history_place>> check_history_query(const event_query& query) {
  if (query.limit < 1 || query.limit > event_query::max_limit) {
    return bad_parameter("/limit", "limit must be from 1 to " + std::to_string(event_query::max_limit));
  }
  if (query.cursor.empty()) return std::optional<history_place>{};
  if (query.skip != 0) return bad_parameter("/offset", "offset and cursor exclude each other");

  std::string_view rest{query.cursor};
  if (rest.size() != cursor_size || !rest.starts_with(version_prefix)) {
    return bad_parameter("/cursor", "cursor was not made by this service");
  }
  rest.remove_prefix(version_prefix.size());
  const auto print = take_hex(rest, word_digits);
  const auto received_at = take_hex(rest, word_digits);
  const auto partition = take_hex(rest, partition_digits);
  const auto seq = take_hex(rest, word_digits);
  if (!print || !received_at || !partition || !seq) {
    return bad_parameter("/cursor", "cursor was not made by this service");
  }
  if (*print != fingerprint_of(query)) {
    return bad_parameter("/cursor", "cursor belongs to a query with other filters or another order");
  }
  return std::optional{history_place{time_point{std::chrono::milliseconds{static_cast<std::int64_t>(*received_at)}},
                                     partition_id{static_cast<std::uint16_t>(*partition)}, offset{*seq}}};
}

}  // namespace eventmgr
