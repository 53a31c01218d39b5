#include "store/common/history_cursor.hpp"

#include <catch2/catch.hpp>

namespace eventmgr {
namespace {

time_point at_millisecond(std::int64_t milliseconds) { return time_point{std::chrono::milliseconds{milliseconds}}; }

TEST_CASE("a cursor stands for the place that it was made of", "[store]") {
  for (const history_place& place : {history_place{}, history_place{at_millisecond(-1), {7}, {1}},
                                     history_place{at_millisecond(1'700'000'000'123), {65535}, {UINT64_MAX}}}) {
    event_query query;
    query.type = "a";
    query.cursor = make_history_cursor(query, place);

    const auto read = check_history_query(query);

    REQUIRE(read.has_value());
    CHECK(read->value() == place);
  }
}

TEST_CASE("a cursor goes with any page size", "[store]") {
  event_query query;
  query.cursor = make_history_cursor(query, {});
  query.limit = 7;

  CHECK(check_history_query(query).has_value());
}

TEST_CASE("what is wrong with a page is said of the parameter, once", "[store]") {
  const auto refusal = [](event_query query) { return check_history_query(query).error(); };
  const failure of_limit = refusal({.limit = 0});
  CHECK(of_limit.message == "limit must be from 1 to 1000");
  CHECK(of_limit.details == std::vector{problem{"/limit", "must be from 1 to 1000"}});
  CHECK(refusal({.cursor = "x"}).message == "cursor was not made by this service");
}

TEST_CASE("every clause of a query is bound into its cursor", "[store]") {
  const std::string cursor = make_history_cursor({}, {});
  std::vector<event_query> others(11);
  others[0].topic = topic_pattern{};
  others[1].type = "";
  others[2].source = "";
  others[3].since = at_millisecond(0);
  others[4].until = at_millisecond(0);
  others[5].correlation_id = event_id{};
  others[6].project_id = "";
  others[7].user_id = "";
  others[8].tag = "";
  others[9].priority = priority::critical;
  others[10].order = sort_order::ascending;

  for (event_query& query : others) {
    query.cursor = cursor;
    CHECK(check_history_query(query).has_error());
  }
}

}  // namespace
}  // namespace eventmgr
