#include "delivery/webhook/http_date.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr;
using delivery::parse_http_date;

namespace {

const auto new_year = *parse_rfc3339("2026-01-02T00:00:00Z");

}  // namespace

TEST_CASE("the three forms of an HTTP-date are read") {
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", new_year) == parse_rfc3339("1994-11-06T08:49:37Z"));
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", new_year) == parse_rfc3339("1994-11-06T08:49:37Z"));
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994", new_year) == parse_rfc3339("1994-11-06T08:49:37Z"));
  CHECK(parse_http_date("Sun Nov 16 08:49:37 1994", new_year) == parse_rfc3339("1994-11-16T08:49:37Z"));
  CHECK(parse_http_date("Thu, 31 Dec 2026 23:59:60 GMT", new_year) == parse_rfc3339("2027-01-01T00:00:00Z"));
  CHECK(parse_http_date("Friday, 02-Jan-76 00:00:00 GMT", new_year) == parse_rfc3339("2076-01-02T00:00:00Z"));
  CHECK(parse_http_date("Sunday, 02-Jan-77 00:00:00 GMT", new_year) == parse_rfc3339("1977-01-02T00:00:00Z"));
}

TEST_CASE("what is no HTTP-date is refused") {
  const std::vector<std::string> table{"",
                                       "now",
                                       "Sun,",
                                       "Sun, 06 Nov 1994 08:49:37",
                                       "Sun, 06 Nov 1994 08:49:37 CET",
                                       "Sun, 06 Nov 1994 08:49:37 GMT ",
                                       "Sun, 6 Nov 1994 08:49:37 GMT",
                                       "Sun, 31 Feb 1994 08:49:37 GMT",
                                       "Sun, 06 Nox 1994 08:49:37 GMT",
                                       "Sun, 06 Nov 1994 24:00:00 GMT",
                                       "Sun, 06 Nov 1994 08:60:00 GMT",
                                       "Sun, 06 Nov 1994 08:49:-1 GMT",
                                       "1994-11-06T08:49:37Z"};
  for (const auto& text : table) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text, new_year).has_value());
  }
}
