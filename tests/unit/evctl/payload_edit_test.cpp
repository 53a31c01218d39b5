#include "payload_edit.hpp"

#include "codec/merge_patch.hpp"
#include "json_text.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace eventmgr;
using namespace eventmgr::evctl;

TEST_CASE("the difference of two objects is a merge patch that makes one of the other") {
  struct row {
    std::string from;
    std::string to;
    std::string patch;
  };
  const auto [from, to, patch] = GENERATE(values<row>({
      {R"({})", R"({})", R"({})"},
      {R"({"a":1})", R"({"a":1})", R"({})"},
      {R"({"a":1,"b":2})", R"({"b":2,"a":1})", R"({})"},
      {R"({"a":"x"})", R"({"a":"\u0078"})", R"({})"},
      {R"({"a":1})", R"({"a":2})", R"({"a":2})"},
      {R"({"a":1.0})", R"({"a":1.00})", R"({"a":1.00})"},
      {R"({"a":1,"b":2})", R"({"b":2})", R"({"a":null})"},
      {R"({"a":{"b":1,"c":2}})", R"({"a":{"b":1,"c":3,"d":[]}})", R"({"a":{"c":3,"d":[]}})"},
      {R"({"a":[1,{"b":null}]})", R"({"a":[1,{"b":null},2]})", R"({"a":[1,{"b":null},2]})"},
      {R"({"a":{"b":1}})", R"({"a":[]})", R"({"a":[]})"},
      {R"({"a":null,"b":1})", R"({"a":null})", R"({"b":null})"},
      {R"({"a b":{"\"":1}})", R"({"a b":{"\"":2}})", R"({"a b":{"\"":2}})"},
  }));
  CAPTURE(from, to);
  const auto made = make_merge_patch(from, to);
  REQUIRE(made.has_value());
  CHECK(*made == patch);
}

TEST_CASE("a change that no merge patch can say is refused") {
  const auto to = GENERATE(as<std::string>{}, R"({"a":null})", R"({"a":1,"b":{"c":null}})");
  CHECK(make_merge_patch(R"({"a":1})", to).has_error());
}

TEST_CASE("a document is indented with a member a line, and stays the same document") {
  CHECK(to_indented_json(R"({"a":[1,{"b":"{,\":"}],"c":{},"d":[]})") ==
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"{,\\\":\"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}");
  CHECK(to_indented_json("{}") == "{}");
  CHECK(to_indented_json("no").empty());
}
