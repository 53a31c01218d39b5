#include <eventmgr/time.hpp>

#include <catch2/catch.hpp>

using namespace eventmgr;
using namespace std::chrono_literals;

TEST_CASE("an RFC 3339 time is read, to the millisecond and in UTC") {
  struct row {
    const char* text;
    const char* expected;
  };
  const row rows[] = {
      {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02t03:04:05z", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02T03:04:05.6Z", "2026-01-02T03:04:05.600Z"},
      {"2026-01-02T03:04:05.6789999999999999999999Z", "2026-01-02T03:04:05.678Z"},
      {"2026-01-02T03:04:05+05:30", "2026-01-01T21:34:05.000Z"},
      {"2026-01-02T03:04:05-08:00", "2026-01-02T11:04:05.000Z"},
      {"2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05.000Z"},
      {"2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59.999Z"},
      {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
      {"2017-01-01T05:29:60+05:30", "2017-01-01T00:00:00.000Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"},
      {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
  };
  for (const row& each : rows) {
    INFO(each.text);
    const auto at = parse_rfc3339(each.text);
    REQUIRE(at);
    CHECK(format_rfc3339(*at) == each.expected);
  }
}

TEST_CASE("what is no RFC 3339 time is refused") {
  for (const char* text : {"",
                           "2026",
                           "2026-01-02",
                           "2026-01-02T03:04Z",
                           "2026-01-02T03:04:05",
                           "2026-01-02 03:04:05Z",
                           "2026-13-02T03:04:05Z",
                           "2026-00-02T03:04:05Z",
                           "2026-02-29T03:04:05Z",
                           "2026-01-32T03:04:05Z",
                           "2026-01-00T03:04:05Z",
                           "2026-01-02T24:04:05Z",
                           "2026-01-02T03:60:05Z",
                           "2026-01-02T03:04:61Z",
                           "2026-01-02T03:04:60Z",
                           "2026-01-02T03:04:05.Z",
                           "2026-01-02T03:04:05,5Z",
                           "2026-01-02T03:04:05+24:00",
                           "2026-01-02T03:04:05+01:60",
                           "2026-01-02T03:04:05+0100",
                           "2026-01-02T03:04:05Z ",
                           " 2026-01-02T03:04:05Z",
                           "26-01-02T03:04:05Z",
                           "+2026-01-02T03:04:05Z",
                           "2026-1-2T3:4:5Z",
                           "0000-01-01T00:00:00Z",
                           "0001-01-01T00:00:00+01:00",
                           "9999-12-31T23:59:59-01:00",
                           "9999-12-31T23:59:60Z",
                           "10000-01-01T00:00:00Z"}) {
    INFO(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

TEST_CASE("every millisecond of a range reads back as it was written") {
  for (time_point at{-86'400'000ms}; at < time_point{86'400'000ms}; at += 997ms) {
    if (parse_rfc3339(format_rfc3339(at)) != at) FAIL(format_rfc3339(at));
  }
  SUCCEED();
}

TEST_CASE("a time that cannot be written is written as the nearest that can") {
  CHECK(format_rfc3339(time_point::max()) == "9999-12-31T23:59:59.999Z");
  CHECK(format_rfc3339(time_point::min()) == "0001-01-01T00:00:00.000Z");
}

TEST_CASE("a duration is a whole number and one unit") {
  struct row {
    const char* text;
    std::optional<std::chrono::milliseconds> expected;
  };
  const row rows[] = {
      {"500ms", 500ms},
      {"5s", 5s},
      {"5m", 5min},
      {"1h", 1h},
      {"7d", 168h},
      {"0s", 0ms},
      {"36500d", 876000h},
      {"36501d", {}},
      {"876001h", {}},
      {"", {}},
      {"5", {}},
      {"s", {}},
      {"-5s", {}},
      {"+5s", {}},
      {"5 s", {}},
      {"1.5s", {}},
      {"5S", {}},
      {"1h30m", {}},
      {"5us", {}},
      {"99999999999999999999ms", {}},
      {"9223372036854775807d", {}},
  };
  for (const row& each : rows) {
    INFO(each.text);
    CHECK(parse_duration(each.text) == each.expected);
  }
}

TEST_CASE("a duration is written in the largest unit that divides it") {
  CHECK(format_duration(1500ms) == "1500ms");
  CHECK(format_duration(90s) == "90s");
  CHECK(format_duration(120s) == "2m");
  CHECK(format_duration(48h) == "2d");
  CHECK(parse_duration(format_duration(0ms)) == 0ms);
}
