#include "codec/json_compact.hpp"

#include "unit/codec/codec_fixture.hpp"

#include <nlohmann/json.hpp>

#include <random>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::codec;

namespace {

constexpr std::uint32_t depth = 64;

/// The compact form, or the name of the fault.
std::string compact(std::string_view text, std::uint32_t max_depth = depth) {
  std::string out;
  switch (append_compact(out, text, max_depth).fault) {
    case json_fault::none:
      return out;
    case json_fault::malformed:
      return "malformed";
    case json_fault::too_deep:
      return "too deep";
  }
  return {};
}

}  // namespace

TEST_CASE("only insignificant white space is taken out") {
  struct row {
    std::string text;
    std::string expected;
  };
  const std::vector<row> rows{
      {" { } ", "{}"},
      {"\t[\r\n]\n", "[]"},
      {R"({ "a" : 1 , "b" : [ 1 , 2 ] })", R"({"a":1,"b":[1,2]})"},
      {R"({"b":1,"a":2,"b":3})", R"({"b":1,"a":2,"b":3})"},
      {R"([1.50, 1E+2, -0, 0.0e-1, 12345678901234567890123])", R"([1.50,1E+2,-0,0.0e-1,12345678901234567890123])"},
      {R"(" a \" \\ \/ b \n \u00e9 \ud83d\ude00 ")", R"(" a \" \\ \/ b \n \u00e9 \ud83d\ude00 ")"},
      {R"("a very long string, well past eight bytes {[,:]} ")",
       R"("a very long string, well past eight bytes {[,:]} ")"},
      {"\"größe 語\"", "\"größe 語\""},
      {" true ", "true"},
      {"false", "false"},
      {"null", "null"},
      {"7", "7"},
      {R"([[],{},[{}],{"a":{}}])", R"([[],{},[{}],{"a":{}}])"},
      {R"({"":""})", R"({"":""})"},
  };
  for (const row& each : rows) {
    INFO(each.text);
    CHECK(compact(each.text) == each.expected);
    CHECK(compact(each.expected) == each.expected);
  }
}

TEST_CASE("what is not the grammar of JSON is refused") {
  const std::vector<std::string> texts{
      "",
      " ",
      "{",
      "}",
      "[",
      "]",
      "{]",
      "[}",
      "[1,]",
      "[,1]",
      "[1 2]",
      "{\"a\"}",
      "{\"a\":}",
      "{\"a\":1,}",
      "{,}",
      "{a:1}",
      "{'a':1}",
      "{1:1}",
      "{\"a\" 1}",
      "{\"a\":1 \"b\":2}",
      "[1]]",
      "{}{}",
      "1 2",
      "tru",
      "True",
      "nul",
      "nullx",
      "+1",
      "01",
      "-",
      "1.",
      ".5",
      "1e",
      "1e+",
      "-01",
      "0x1",
      "NaN",
      "Infinity",
      "\"",
      "\"a",
      "\"\\\"",
      "\"\\x\"",
      "\"\\u12\"",
      "\"\\u12G4\"",
      "\"\\ud800\"",
      "\"\\udc00\"",
      "\"\\ud800\\u0041\"",
      "\"\\ud800x\"",
      "\"\\ud800\\ud800\"",
      "\"a\nb\"",
      "\"a\tbcdefghij\"",
      std::string("\"a\0b\"", 5),
      "// c\n1",
      "[1]/* */",
      "\xEF\xBB\xBF{}",
      "\"\\",
      "[\"a\",",
      "{\"a\":[}",
  };
  for (const std::string& text : texts) {
    INFO(text);
    CHECK(compact(text) == "malformed");
    CHECK(check_json(text, depth).fault == json_fault::malformed);
  }
}

TEST_CASE("a fault is found at its place, and leaves what was there") {
  std::string out = "before";
  const json_report report = append_compact(out, R"({"a": tru})", depth);
  CHECK(report.fault == json_fault::malformed);
  CHECK(report.at == 6);
  CHECK(out == "before");
}

TEST_CASE("nesting is bounded, and does not use the stack") {
  CHECK(compact("[[[]]]", 3) == "[[[]]]");
  CHECK(compact("[[[[]]]]", 3) == "too deep");
  CHECK(compact(R"({"a":{"b":[1]}})", 2) == "too deep");
  CHECK(compact("1", 0) == "1");
  CHECK(compact("[]", 0) == "too deep");
  CHECK(compact(std::string(1'000'000, '['), 2'000'000) == "too deep");
  CHECK(compact(std::string(1024, '[') + std::string(1024, ']'), 2000).size() == 2048);
}

TEST_CASE("containers are told apart at every depth") {
  std::mt19937 random{7};
  for (int round = 0; round < 200; ++round) {
    std::string open;
    std::string close;
    for (int i = 0; i < 130; ++i) {
      const bool object = (random() & 1U) != 0;
      open += object ? "{\"k\":" : "[";
      close.insert(close.begin(), object ? '}' : ']');
    }
    if (compact(open + "1" + close, 200) != open + "1" + close) FAIL(open);
    close[random() % close.size()] ^= 0x26;  // '}' <-> '[' and ']' <-> '{'
    if (compact(open + "1" + close, 200) != "malformed") FAIL(open + "1" + close);
  }
  SUCCEED();
}

TEST_CASE("U+0000 is noticed in values and keys") {
  CHECK(check_json(R"({"a":"\u0000"})", depth).has_nul);
  CHECK(check_json(R"({"a\u0000":1})", depth).has_nul);
  CHECK_FALSE(check_json(R"({"a":"\\u0000\u0001"})", depth).has_nul);
}

TEST_CASE("texts with one byte changed are judged as another parser judges them") {
  const std::string seed = R"({"a":[1,-2.5e3,true,null],"b":{"c":"x\u00e9\n"},"d":"text"})";
  const std::string bytes = R"( {}[]",:\0159-+.eEtfnu/x)";
  std::mt19937 random{20260102};
  for (int round = 0; round < 20000; ++round) {
    std::string text = seed;
    for (int changes = 0; changes < 2; ++changes) text[random() % text.size()] = bytes[random() % bytes.size()];
    const bool accepted = check_json(text, depth).fault == json_fault::none;
    if (accepted != nlohmann::json::accept(text)) FAIL(text);
    if (accepted && nlohmann::json::parse(compact(text)) != nlohmann::json::parse(text)) FAIL(text);
  }
  SUCCEED();
}

TEST_CASE("an object is asked for by name") {
  CHECK(compact_object(" {\"a\": 1} ", depth).value() == "{\"a\":1}");
  CHECK(refusal(compact_object("[1]", depth)).code == errc::malformed_json);
  CHECK(refusal(compact_object("{", depth)).code == errc::malformed_json);
  CHECK(refusal(compact_object("{\"a\":[[]]}", 2)).code == errc::invalid_request);
}
