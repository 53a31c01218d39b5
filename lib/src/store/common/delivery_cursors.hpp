#pragma once

#include "ports/delivery_records.hpp"

#include <eventmgr/dead_letter.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr {

/// A dead letter's place in the list, which is ordered by it.
struct dead_letter_place {
  time_point failed_at{};
  dead_letter_id id{};

  friend auto operator<=>(const dead_letter_place&, const dead_letter_place&) = default;
};

/// Where a page of dead letters goes on. The pages of a list are counted once: the first tells the others.
struct dead_letter_bookmark {
  dead_letter_place behind{};
  std::uint64_t total{0};
};

/// The cursor behind `last`, the last dead letter of a page.
std::string make_dead_letter_cursor(const dead_letter_query& query, const dead_letter_place& last, std::uint64_t total);

/// What a query's `cursor` stands for; nullopt where it has none. Fails with `invalid_request` where the text is no
/// cursor of this query, and where `limit` is out of its range.
result<std::optional<dead_letter_bookmark>> check_dead_letter_query(const dead_letter_query& query);

/// A requeue plan's or a replay's place in the list, which has the newest first.
struct redelivery_place {
  time_point created_at{};
  uuid id{};

  friend auto operator<=>(const redelivery_place&, const redelivery_place&) = default;
};

/// The most plans or replays that one page holds.
inline constexpr std::uint32_t max_redelivery_page = 1000;

/// The cursor behind `last`, the last of a page.
std::string make_redelivery_cursor(redelivery_kind kind, const redelivery_place& last);

/// The place that a cursor stands for; nullopt where it is empty. Fails with `invalid_request` where the text is no
/// cursor of this list.
result<std::optional<redelivery_place>> read_redelivery_cursor(redelivery_kind kind, std::string_view cursor);

/// The most attempts that one page, or the answer for one event, holds.
inline constexpr std::uint32_t max_attempt_page = 1000;

/// The cursor behind the attempt with this number: attempts of a subscription are numbered as they come.
std::string make_attempt_cursor(subscription_id subscription, const std::optional<event_id>& event,
                                std::uint64_t number);

/// The number that the attempts of the page must be below. Fails with `invalid_request` where the text is no cursor of
/// this list.
result<std::uint64_t> read_attempt_cursor(subscription_id subscription, const std::optional<event_id>& event,
                                          std::string_view cursor);

}  // namespace eventmgr
