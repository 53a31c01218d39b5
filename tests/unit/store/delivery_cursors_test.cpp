#include "store/common/delivery_cursors.hpp"

#include <catch2/catch.hpp>

namespace eventmgr {
namespace {

time_point at_ms(std::int64_t milliseconds) { return time_point{std::chrono::milliseconds{milliseconds}}; }

dead_letter_id some_id() {
  dead_letter_id id;
  for (std::size_t i = 0; i < id.value.bytes.size(); ++i) id.value.bytes[i] = static_cast<std::uint8_t>(0xF0 + i);
  return id;
}

TEST_CASE("a cursor of dead letters stands for the place that it was made of", "[store]") {
  for (const dead_letter_place& place : {dead_letter_place{}, dead_letter_place{at_ms(-1), some_id()},
                                         dead_letter_place{at_ms(1'700'000'000'123), {}}}) {
    dead_letter_query query;
    query.reason = "a";
    query.cursor = make_dead_letter_cursor(query, place, 77);
    query.limit = 7;

    const auto read = check_dead_letter_query(query);

    REQUIRE(read.has_value());
    CHECK(read->value().behind == place);
    CHECK(read->value().total == 77);
  }
}

TEST_CASE("every clause of a query for dead letters is bound into its cursor", "[store]") {
  const std::string cursor = make_dead_letter_cursor({}, {}, 0);
  std::vector<dead_letter_query> others(11);
  others[0].state = dead_letter_state::delivered;
  others[1].state.reset();
  others[2].subscription = "";
  others[3].topic = topic_pattern{};
  others[4].type = "";
  others[5].reason = "";
  others[6].since = at_ms(0);
  others[7].until = at_ms(0);
  others[8].fingerprint = "";
  others[9].oldest_first = true;
  others[10].ids = {dead_letter_id{}};

  for (dead_letter_query& query : others) {
    query.cursor = cursor;
    CHECK(check_dead_letter_query(query).has_error());
  }
}

TEST_CASE("a cursor of plans is none of replays", "[store]") {
  const redelivery_place place{at_ms(1'700'000'000'123), some_id().value};
  const std::string cursor = make_redelivery_cursor(redelivery_kind::requeue, place);

  CHECK(read_redelivery_cursor(redelivery_kind::requeue, cursor).value() == place);
  CHECK_FALSE(read_redelivery_cursor(redelivery_kind::requeue, "").value().has_value());
  CHECK(read_redelivery_cursor(redelivery_kind::replay, cursor).has_error());
  CHECK(read_redelivery_cursor(redelivery_kind::requeue, cursor + "0").has_error());
}

TEST_CASE("a cursor of attempts belongs to its subscription and event", "[store]") {
  const subscription_id subscription{some_id().value};
  const event_id event{some_id().value};
  const std::string of_all = make_attempt_cursor(subscription, {}, 17);
  const std::string of_event = make_attempt_cursor(subscription, event, 18);

  CHECK(read_attempt_cursor(subscription, {}, of_all).value() == 17);
  CHECK(read_attempt_cursor(subscription, event, of_event).value() == 18);
  CHECK(read_attempt_cursor(subscription, {}, "").value() > 1ULL << 60U);
  CHECK(read_attempt_cursor(subscription, event, of_all).has_error());
  CHECK(read_attempt_cursor({}, {}, of_all).has_error());
  CHECK(read_attempt_cursor(subscription, {}, of_all + "0").has_error());
  CHECK(read_attempt_cursor(subscription, {}, "a1" + std::string(32, 'x')).has_error());
}

}  // namespace
}  // namespace eventmgr
