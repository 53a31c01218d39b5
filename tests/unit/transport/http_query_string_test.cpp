#include "transport/common/parameter_reader.hpp"
#include "transport/common/query_string.hpp"
#include "transport/common/time_parameter.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::transport;

namespace {

std::vector<std::pair<std::string, std::string>> pairs(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> all;
  const auto parsed = query_string::parse(text);
  REQUIRE(parsed.has_value());
  for (const query_parameter& item : *parsed) all.emplace_back(item.name, item.value);
  return all;
}

const time_point now = parse_rfc3339("2026-01-02T00:10:00Z").value();

}  // namespace

TEST_CASE("a query string is taken apart and decoded") {
  using list = std::vector<std::pair<std::string, std::string>>;
  const std::vector<std::pair<std::string, list>> table{
      {"", {}},
      {"a=1", {{"a", "1"}}},
      {"a=1&b=2&a=3", {{"a", "1"}, {"b", "2"}, {"a", "3"}}},
      {"&&a=1&&", {{"a", "1"}}},
      {"a", {{"a", ""}}},
      {"a=", {{"a", ""}}},
      {"=1", {{"", "1"}}},
      {"a=b=c", {{"a", "b=c"}}},
      {"topic=project.%23", {{"topic", "project.#"}}},
      {"topic=a%2Fb", {{"topic", "a/b"}}},
      {"a=x+y%20z", {{"a", "x y z"}}},
      {"%61=%c3%A9", {{"a", "\xC3\xA9"}}},
  };
  for (const auto& [text, expected] : table) {
    INFO(text);
    CHECK(pairs(text) == expected);
  }
}

TEST_CASE("a query string that is not percent-encoded UTF-8 is refused by the parameter's name") {
  for (const std::string text : {"limit=%", "limit=%2", "limit=%zz", "limit=%C3", "limit=%00", "limit=%ff"}) {
    INFO(text);
    const auto parsed = query_string::parse("topic=a&" + text);
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().code == errc::invalid_request);
    REQUIRE(parsed.error().details.size() == 1);
    CHECK(parsed.error().details[0].pointer == "/limit");
  }
}

TEST_CASE("the number of parameters is bounded") {
  std::string text;
  for (std::size_t i = 0; i < query_string::max_parameters; ++i) text += "a=1&";
  CHECK(query_string::parse(text).has_value());
  CHECK(query_string::parse(text + "a=1").has_error());
}

TEST_CASE("a parameter's name may be spelt in camelCase or in snake_case") {
  CHECK(query_string::same_name("correlationId", "correlationId"));
  CHECK(query_string::same_name("correlation_id", "correlationId"));
  CHECK_FALSE(query_string::same_name("correlation_Id", "correlationId"));
  CHECK_FALSE(query_string::same_name("correlationid", "correlationId"));
  CHECK_FALSE(query_string::same_name("correlation_i", "correlationId"));
  CHECK_FALSE(query_string::same_name("correlation_id_", "correlationId"));
}

TEST_CASE("percent encoding survives the way there and back") {
  const std::string text = "project/created/\xC3\xA9 %+";
  CHECK(percent_encode("project/created") == "project%2Fcreated");
  CHECK(percent_decode(percent_encode(text), false) == text);
}

TEST_CASE("numbers are read strictly and within their bounds") {
  const std::vector<std::pair<std::string, std::optional<std::uint64_t>>> table{
      {"limit=1", 1},
      {"limit=1000", 1000},
      {"x=1", 100},
      {"limit=0", {}},
      {"limit=1001", {}},
      {"limit=-1", {}},
      {"limit=%2B5", {}},
      {"limit=5x", {}},
      {"limit=0x10", {}},
      {"limit=1e3", {}},
      {"limit=", {}},
      {"limit=%205", {}},
      {"limit=5&limit=6", {}},
      {"limit=99999999999999999999", {}},
  };
  for (const auto& [text, expected] : table) {
    INFO(text);
    const auto query = query_string::parse(text);
    parameter_reader reader{*query};
    const std::uint64_t value = reader.number("limit", 100, 1, 1000);
    if (expected) {
      CHECK(value == *expected);
      CHECK_FALSE(reader.fault().has_value());
    } else {
      REQUIRE(reader.fault().has_value());
      CHECK(reader.fault()->details[0].pointer == "/limit");
    }
  }
}

TEST_CASE("every fault of a query is reported at once") {
  const auto query = query_string::parse("limit=x&since=yesterday&atomic=maybe&type=a&type=b");
  parameter_reader reader{*query};

  reader.number("limit", 100, 1, 1000);
  reader.moment("since", now);
  reader.flag("atomic");
  reader.text("type");

  const auto fault = reader.fault();
  REQUIRE(fault.has_value());
  CHECK(fault->code == errc::invalid_request);
  std::vector<std::string> pointers;
  for (const problem& one : fault->details) pointers.push_back(one.pointer);
  CHECK(pointers == std::vector<std::string>{"/limit", "/since", "/atomic", "/type"});
}

TEST_CASE("a moment is a time, or a duration back from now") {
  CHECK(parse_moment("2026-01-02T00:00:00Z", now) == parse_rfc3339("2026-01-02T00:00:00Z"));
  CHECK(parse_moment("5m", now) == now - std::chrono::minutes{5});
  CHECK(parse_moment("500ms", now) == now - std::chrono::milliseconds{500});
  for (const std::string_view text : {"", "5", "-5m", "5 m", "tomorrow", "2026-01-02"}) {
    INFO(text);
    CHECK_FALSE(parse_moment(text, now).has_value());
  }
}

TEST_CASE("a stream may start at a time, a duration, an offset or a position") {
  const position place{.after = {offset{41}}};

  CHECK(std::get<time_point>(parse_start("1h", now).value()) == now - std::chrono::hours{1});
  CHECK(std::get<offset>(parse_start("42", now).value()) == offset{42});
  CHECK(std::get<position>(parse_start(to_string(place), now).value()) == place);
  CHECK(std::holds_alternative<start_now>(parse_start("now", now).value()));
  CHECK(std::holds_alternative<start_earliest>(parse_start("earliest", now).value()));
  for (const std::string_view text : {"", "-1", "4 2", "18446744073709551616", "p1-_", "here"}) {
    INFO(text);
    CHECK_FALSE(parse_start(text, now).has_value());
  }
}
