#include "store/common/delivery_cursors.hpp"

#include "store/common/fingerprint.hpp"
#include "store/common/page_cursor.hpp"

#include <array>

namespace eventmgr {
namespace {

constexpr std::string_view dead_letter_tag = "d2";
constexpr std::string_view attempt_tag = "a1";
constexpr std::string_view redelivery_tag = "r1";

std::uint64_t fingerprint_of(const dead_letter_query& query) noexcept {
  fingerprint print;
  print.add(static_cast<std::uint64_t>(query.ids.size()));
  for (const dead_letter_id& id : query.ids) print.add(id);
  print.add(query.state);
  print.add(query.subscription);
  print.add(query.topic);
  print.add(query.type);
  print.add(query.reason);
  print.add(query.fingerprint);
  print.add(static_cast<std::uint64_t>(query.oldest_first));
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

/// A time and an id as the words of a cursor, and back.
using place_words = std::array<std::uint64_t, 3>;

place_words words_of(time_point at, const uuid& id) noexcept {
  return {static_cast<std::uint64_t>(at.time_since_epoch().count()), word_of(id, 0), word_of(id, 8)};
}

time_point time_in(const place_words& words) noexcept {
  return time_point{std::chrono::milliseconds{static_cast<std::int64_t>(words[0])}};
}

uuid id_in(const place_words& words) noexcept {
  uuid id;
  set_word(id, 0, words[1]);
  set_word(id, 8, words[2]);
  return id;
}

std::uint64_t fingerprint_of(redelivery_kind kind) noexcept {
  fingerprint print;
  print.add(kind);
  return print.value();
}

}  // namespace

std::string make_dead_letter_cursor(const dead_letter_query& query, const dead_letter_place& last,
                                    std::uint64_t total) {
  const place_words place = words_of(last.failed_at, last.id.value);
  return make_page_cursor(dead_letter_tag, fingerprint_of(query), std::array{place[0], place[1], place[2], total});
}

result<std::optional<dead_letter_bookmark>> check_dead_letter_query(const dead_letter_query& query) {
  if (const auto limit = check_page_limit(query.limit, dead_letter_query::max_limit); !limit) return limit.error();
  if (query.ids.size() > dead_letter_query::max_ids) {
    return bad_parameter("/ids", "must not have more than " + std::to_string(dead_letter_query::max_ids) + " items");
  }
  if (query.cursor.empty()) return std::optional<dead_letter_bookmark>{};

  std::array<std::uint64_t, 4> words{};
  if (const auto read = read_page_cursor(query.cursor, dead_letter_tag, fingerprint_of(query), words); !read) {
    return read.error();
  }
  const place_words place{words[0], words[1], words[2]};
  return std::optional{dead_letter_bookmark{{time_in(place), {id_in(place)}}, words[3]}};
}

std::string make_redelivery_cursor(redelivery_kind kind, const redelivery_place& last) {
  return make_page_cursor(redelivery_tag, fingerprint_of(kind), words_of(last.created_at, last.id));
}

result<std::optional<redelivery_place>> read_redelivery_cursor(redelivery_kind kind, std::string_view cursor) {
  if (cursor.empty()) return std::optional<redelivery_place>{};
  place_words words{};
  if (const auto read = read_page_cursor(cursor, redelivery_tag, fingerprint_of(kind), words); !read) {
    return read.error();
  }
  return std::optional{redelivery_place{time_in(words), id_in(words)}};
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
