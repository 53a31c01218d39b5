#include "json_text.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr::evctl;

TEST_CASE("a member is found by its pointer, as it is spelt") {
  const std::string json = R"({ "a" : "x\u0041", "n": 1.50, "o": {"deep": [1, 2]}, "nothing": null })";
  CHECK(member_text(json, "/a") == "xA");
  CHECK(member_text(json, "/n") == "1.50");
  CHECK(member_text(json, "/o/deep") == "[1,2]");
  CHECK(member_text(json, "/nothing") == std::nullopt);
  CHECK(member_text(json, "/absent") == std::nullopt);
  CHECK(member_text(json, "/a/b") == std::nullopt);
  CHECK(member_text("no json", "/a") == std::nullopt);
}

TEST_CASE("members are visited in order, those of open objects in place") {
  std::vector<std::string> seen;
  visit_members(R"({"z":1,"meta":{"tags":["a"],"n":null},"payload":{"x":1}})", "meta",
                [&](const std::string& name, const std::string& text) { seen.push_back(name + "=" + text); });
  CHECK(seen == std::vector<std::string>{"z=1", R"(meta.tags=["a"])", "meta.n=", R"(payload={"x":1})"});
}

TEST_CASE("JSON becomes YAML that means the same") {
  CHECK(
      to_yaml(
          R"({"name":"plain-text","version":"1.0","n":1.50,"no":"no","when":"2026-01-02","empty":{},"list":[1,{"a":"b","c":[]}],)"
          R"("deep":{"x":null,"t":"a: b"}})") ==
      "name: plain-text\n"
      "version: \"1.0\"\n"
      "\"n\": 1.50\n"
      "\"no\": \"no\"\n"
      "when: \"2026-01-02\"\n"
      "empty: {}\n"
      "list:\n"
      "  - 1\n"
      "  - a: b\n"
      "    c: []\n"
      "deep:\n"
      "  x: null\n"
      "  t: \"a: b\"");
  CHECK(to_yaml(R"([[1,2],"x"])") == "- - 1\n  - 2\n- x");
}

TEST_CASE("strings are spelt so that every YAML reader takes them, and no terminal is driven by them") {
  const auto& [json, yaml] = GENERATE(table<std::string, std::string>({
      {R"("\ud83d\ude00!")", "\"\xF0\x9F\x98\x80!\""},
      {"\"a\x7F\"", R"("a\u007f")"},
      {R"("a\u0007\u001b[2J")", R"("a\u0007\u001b[2J")"},
      {"\"\xC2\x85\xC2\x9B\"", R"("\u0085\u009b")"},
      {"\"\xE2\x80\xA8\xEF\xBB\xBF\xEF\xBF\xBF\"", R"("\u2028\ufeff\uffff")"},
      {R"("1\n2\t3\r\b")", R"("1\n2\t3\u000d\u0008")"},
      {R"("a\/b \"c\" \\u0041 \u00e9")", "\"a/b \\\"c\\\" \\\\u0041 \xC3\xA9\""},
      {R"({"\ud83d\ude00":1})", "\"\xF0\x9F\x98\x80\": 1"},
      {R"("")", R"("")"},
  }));
  CAPTURE(json);
  CHECK(to_yaml(json) == yaml);
}

TEST_CASE("only one whole object is a JSON object") {
  CHECK(is_json_object(" {\"a\":[1]} \n"));
  for (const std::string text : {"", "[]", "1", "{", "{}{}", "{},\"topic\":\"x\"", "{\"a\":01}"}) {
    CAPTURE(text);
    CHECK_FALSE(is_json_object(text));
  }
}

TEST_CASE("the elements of an array are read as text") {
  CHECK(element_texts(R"({"a":{"b":["x", 1, null, {"c":2}]}})", "/a/b") ==
        std::vector<std::string>{"x", "1", "", R"({"c":2})"});
  CHECK(element_texts(R"({"a":"[x"})", "/b").empty());
  CHECK(element_texts(R"({"a":{}})", "/a").empty());
}

TEST_CASE("a member is left out of an object, and the others stay as they are spelt") {
  const std::string object = R"({"a":[{"b":1.50}],"b":{"a":2},"c\u0064":"x"})";
  CHECK(without_member(object, "a") == R"({"b":{"a":2},"c\u0064":"x"})");
  CHECK(without_member(object, "cd") == R"({"a":[{"b":1.50}],"b":{"a":2}})");
  CHECK(without_member(object, "x") == object);
  CHECK(without_member(R"({"a":1})", "a") == "{}");
}

TEST_CASE("a member is added at the end of an object") {
  CHECK(with_member("{}", "a", "1") == R"({"a":1})");
  CHECK(with_member(R"({"a":{}})", "b", R"({"c":2})") == R"({"a":{},"b":{"c":2}})");
}
