#include "store/common/delivery_cursors.hpp"

#include "store/common/fingerprint.hpp"
#include "store/common/page_cursor.hpp"

#include <array>

namespace eventmgr {
namespace {

constexpr std::string_view dead_letter_tag = "d1";
constexpr std::string_view attempt_tag = "a1";

std::uint64_t fingerprint_of(const dead_letter_query& query) noexcept {
  fingerprint print;
  print.add(query.state);
  print.add(query.subscription);
  print.add(query.topic);
  print.add(query.type);
  print.add(query.reason);
  print.add(query.since);
  print.add(query.until);
  return print.value();
}

std::uint64_t fingerprint_of(subscription_id subscription, const std::optional<event_id>& event) noexcept {
  fingerprint print;
  print.add(subscription);
  print.add(event);
  return print.value();
}

/// Half of an id as a number, from byte `first` on.
std::uint64_t word_of(const uuid& id, std::size_t first) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = first; i < first + 8; ++i) word = word << 8U | id.bytes[i];
  return word;
}

void set_word(uuid& id, std::size_t first, std::uint64_t word) noexcept {
  for (std::size_t i = 8; i-- > 0; word >>= 8U) id.bytes[first + i] = static_cast<std::uint8_t>(word);
}

}  // namespace

std::string make_dead_letter_cursor(const dead_letter_query& query, const dead_letter_place& last) {
  const std::array<std::uint64_t, 3> place{static_cast<std::uint64_t>(last.failed_at.time_since_epoch().count()),
                                           word_of(last.id.value, 0), word_of(last.id.value, 8)};
  return make_page_cursor(dead_letter_tag, fingerprint_of(query), place);
}

result<std::optional<dead_letter_place>> check_dead_letter_query(const dead_letter_query& query) {
  if (const auto limit = check_page_limit(query.limit, dead_letter_query::max_limit); !limit) return limit.error();
  if (query.cursor.empty()) return std::optional<dead_letter_place>{};

  std::array<std::uint64_t, 3> words{};
  if (const auto read = read_page_cursor(query.cursor, dead_letter_tag, fingerprint_of(query), words); !read) {
    return read.error();
  }
  dead_letter_place place{time_point{std::chrono::milliseconds{static_cast<std::int64_t>(words[0])}}, {}};
  set_word(place.id.value, 0, words[1]);
  set_word(place.id.value, 8, words[2]);
  return std::optional{place};
}

std::string make_attempt_cursor(subscription_id subscription, const std::optional<event_id>& event,
                                std::uint64_t number) {
  return make_page_cursor(attempt_tag, fingerprint_of(subscription, event), std::array{number});
}

result<std::uint64_t> read_attempt_cursor(subscription_id subscription, const std::optional<event_id>& event,
                                          std::string_view cursor) {
  if (cursor.empty()) return std::uint64_t{INT64_MAX};
  std::array<std::uint64_t, 1> place{};
  const auto read = read_page_cursor(cursor, attempt_tag, fingerprint_of(subscription, event), place);
  if (!read) return read.error();
  return place[0];
}

}  // namespace eventmgr
