#include "codec/filter_codec.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace eventmgr::codec {
namespace {

/// What is wrong with a filter: "CODE POINTER MESSAGE; POINTER MESSAGE", or "none".
std::string faults(std::string_view json) {
  const auto filter = parse_filter(json);
  if (filter.has_value()) return "none";
  const failure reason = filter.error();
  std::string text{to_string(reason.code)};
  for (const problem& item : reason.details) {
    text += (&item == &reason.details.front() ? " " : "; ") + item.pointer + " " + item.message;
  }
  return text;
}

std::string canonical(std::string_view json) { return to_json(parse_filter(json).value()); }

std::string list_of(std::size_t count, std::string_view item) {
  std::string list{"["};
  for (std::size_t i = 0; i < count; ++i) (list += i == 0 ? "" : ",") += item;
  return list + "]";
}

std::string paths(std::size_t count) {
  std::string object{"{"};
  for (std::size_t i = 0; i < count; ++i) object += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + "\":1";
  return object + "}";
}

TEST_CASE("a filter has one canonical spelling, which reads back as the same filter") {
  struct row {
    std::string_view given;
    std::string_view written;
  };
  for (const row& r : {
           row{"{}", "{}"},
           row{" { } ", "{}"},
           row{R"({"types":["a.*","b***c"]})", R"({"types":["a.*","b*c"]})"},
           row{R"({"includeTypes":["a"]})", R"({"types":["a"]})"},
           row{R"({"include_types":["a"],"exclude_types":["b"]})", R"({"types":["a"],"excludeTypes":["b"]})"},
           row{R"({"sources":["s","t"],"tags":["x"]})", R"({"sources":["s","t"],"tags":["x"]})"},
           row{R"({"tags":[],"excludeTypes":[]})", "{}"},
           row{R"({"priority":"HIGH"})", R"({"priority":"HIGH"})"},
           row{R"({"priority":"high"})", R"({"priority":"HIGH"})"},
           row{R"({"priority":1})", R"({"priority":"HIGH"})"},
           row{R"({"priority":"LOW"})", "{}"},
           row{R"({"minimumPriority":"NORMAL"})", R"({"priority":"NORMAL"})"},
           row{R"({"minimum_priority":0})", R"({"priority":"CRITICAL"})"},
           row{R"({"priority":["CRITICAL","HIGH"]})", R"({"priority":"HIGH"})"},
           row{R"({"priority":["LOW",0]})", R"({"priority":["CRITICAL","LOW"]})"},
           row{R"({"priority":["LOW","HIGH"],"minimumPriority":"NORMAL"})", R"({"priority":["HIGH"]})"},
           row{R"({"payload":{"a":1}})", R"({"payload":{"a":1}})"},
           row{R"({"payload":{"/a/b":"x","c":null,"d":true,"e":1.50}})",
               R"({"payload":{"a.b":"x","c":null,"d":true,"e":1.5}})"},
           row{R"({"payload":{"/a.b":[1,"x"]}})", R"({"payload":{"/a.b":[1,"x"]}})"},
           row{R"({"payload":{"a":{"anyOf":[1,2]}}})", R"({"payload":{"a":[1,2]}})"},
           row{R"({"payload":{"a":{"any_of":[1]}}})", R"({"payload":{"a":1}})"},
           row{R"({"payload":{"a":[false]}})", R"({"payload":{"a":false}})"},
           row{R"({"payload":{"a":{"exists":true}}})", R"({"payload":{"a":{"exists":true}}})"},
           row{R"({"payload":{"a":{"gt":1,"lte":18446744073709551615}}})",
               R"({"payload":{"a":{"gt":1,"lte":18446744073709551615}}})"},
           row{R"({"payload":{"a":{"gte":-1e2,"lt":0.5}}})", R"({"payload":{"a":{"gte":-100,"lt":0.5}}})"},
           row{R"({"payload":{"a":{"prefix":"p","suffix":"s","glob":"*g*"}}})",
               R"({"payload":{"a":{"prefix":"p","suffix":"s","glob":"*g*"}}})"},
           row{R"({"payload":{"a":{"not":"x"}}})", R"({"payload":{"a":{"not":"x"}}})"},
           row{R"({"payload":{"a":{"not":["x",2]}}})", R"({"payload":{"a":{"not":["x",2]}}})"},
           row{R"({"payload":{"a":{"not":{"prefix":"x"},"exists":true}}})",
               R"({"payload":{"a":{"exists":true,"not":{"prefix":"x"}}}})"},
           row{R"({"metadata":{"project_id":"p","own_thing":1}})", R"({"metadata":{"projectId":"p","own_thing":1}})"},
           row{R"({"payload":{"project_id":"p"}})", R"({"payload":{"project_id":"p"}})"},
           row{R"({"project_scoped":true,"userRelevant":true,"sessionScoped":false})",
               R"({"projectScoped":true,"userRelevant":true})"},
           row{R"({"excludeSystemEvents":true,"criticalAlways":true,"sessionScoped":true})",
               R"({"sessionScoped":true,"excludeSystemEvents":true,"criticalAlways":true})"},
           row{R"({"\u0074ypes":["\u0061"]})", R"({"types":["a"]})"},
       }) {
    CAPTURE(r.given);
    CHECK(faults(r.given) == "none");
    CHECK(canonical(r.given) == r.written);
    CHECK((parse_filter(r.written).value() == parse_filter(r.given).value()));
  }
}

TEST_CASE("every fault of a filter is told, with its place") {
  struct row {
    std::string_view given;
    std::string_view expected;
  };
  for (const row& r : {
           row{"[]", "invalid_request /filter must be an object"},
           row{"1", "invalid_request /filter must be an object"},
           row{R"({"type":["a"]})", "invalid_request /filter/type is not known"},
           row{R"({"a/b":1})", "invalid_request /filter/a~1b is not known"},
           row{R"({"rateLimitPerMinute":1,"batching_enabled":true})",
               "invalid_request /filter/rateLimitPerMinute is not supported by this release; "
               "/filter/batching_enabled is not supported by this release"},
           row{R"({"userContext":true})", "invalid_request /filter/userContext is not supported by this release"},
           row{R"({"types":"a"})", "invalid_request /filter/types must be a list of strings"},
           row{R"({"types":[]})", "invalid_request /filter/types must not be empty: nothing would pass"},
           row{R"({"types":["a",1,""]})",
               "invalid_request /filter/types/1 must be a string of 1 to 255 bytes; "
               "/filter/types/2 must be a string of 1 to 255 bytes"},
           row{R"({"types":["a"],"includeTypes":["a"]})",
               "invalid_request /filter/includeTypes is given more than once"},
           row{R"({"sources":{}})", "invalid_request /filter/sources must be a list of strings"},
           row{R"({"tags":[null]})", "invalid_request /filter/tags/0 must be a string of 1 to 1024 bytes"},
           row{R"({"priority":"URGENT"})",
               "invalid_request /filter/priority must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3"},
           row{R"({"priority":4})",
               "invalid_request /filter/priority must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3"},
           row{R"({"priority":[]})", "invalid_request /filter/priority must not be empty: nothing would pass"},
           row{R"({"priority":["HIGH",true]})",
               "invalid_request /filter/priority/1 must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3"},
           row{R"({"minimumPriority":["HIGH"]})",
               "invalid_request /filter/minimumPriority must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3"},
           row{R"({"minimumPriority":"HIGH","priority":["LOW"]})",
               "invalid_request /filter/minimumPriority leaves none of the priorities of /filter/priority"},
           row{R"({"projectScoped":1})", "invalid_request /filter/projectScoped must be true or false"},
           row{R"({"criticalAlways":"true"})", "invalid_request /filter/criticalAlways must be true or false"},
           row{R"({"payload":[]})", "invalid_request /filter/payload must be an object of paths and conditions"},
           row{R"({"payload":{"":1}})", "invalid_request /filter/payload/ must name a member"},
           row{R"({"payload":{"a..b":1}})", "invalid_request /filter/payload/a..b must not have an empty name"},
           row{R"({"payload":{"/a/b":1,"a.b":2}})",
               "invalid_request /filter/payload/a.b names the same value as another path of this clause"},
           row{R"({"metadata":{"user_id":1,"userId":2}})",
               "invalid_request /filter/metadata/userId names the same value as another path of this clause"},
           row{R"({"payload":{"cost":{"gt":"1"}}})", "invalid_request /filter/payload/cost/gt must be a number"},
           row{R"({"payload":{"cost":{"gt":true,"lte":null}}})",
               "invalid_request /filter/payload/cost/gt must be a number; /filter/payload/cost/lte must be a number"},
           row{R"({"payload":{"cost":1e999}})", "invalid_request /filter/payload/cost is out of range"},
           row{R"({"payload":{"a":{}}})", "invalid_request /filter/payload/a must have an operator"},
           row{R"({"payload":{"a":{"not":{}}}})", "invalid_request /filter/payload/a/not must have an operator"},
           row{R"({"payload":{"a":{"b":1}}})",
               "invalid_request /filter/payload/a/b is no operator; a value inside an object is named by its path, as "
               "\"order.cost\""},
           row{R"({"payload":{"a":{"prefix":1,"suffix":[],"glob":""}}})",
               "invalid_request /filter/payload/a/prefix must be a string; /filter/payload/a/suffix must be a string; "
               "/filter/payload/a/glob must be a string of 1 to 1024 bytes"},
           row{R"({"payload":{"a":{"exists":1}}})", "invalid_request /filter/payload/a/exists must be true or false"},
           row{R"({"payload":{"a":{"anyOf":"x"}}})", "invalid_request /filter/payload/a/anyOf must be a list"},
           row{R"({"payload":{"a":[]}})", "invalid_request /filter/payload/a must not be empty: nothing would pass"},
           row{R"({"payload":{"a":[[1],{}]}})",
               "invalid_request /filter/payload/a/0 must be a string, a number, true, false or null; "
               "/filter/payload/a/1 must be a string, a number, true, false or null"},
           row{R"({"payload":{"a":{"not":{"not":1,"exists":true}}}})",
               "invalid_request /filter/payload/a/not/not cannot stand inside not; "
               "/filter/payload/a/not/exists cannot stand inside not"},
           row{R"({"payload":{"a":{"gt":1,"gt":2}}})", "invalid_request /filter/payload/a/gt is given more than once"},
           row{R"({"payload":{"a":"\u0000"}})", "invalid_request /filter must not hold U+0000"},
           row{R"({"x":1,"types":1,"payload":{"a":{"gt":""}},"sources":[1]})",
               "invalid_request /filter/x is not known; /filter/types must be a list of strings; "
               "/filter/payload/a/gt must be a number; "
               "/filter/sources/0 must be a string of 1 to 255 bytes"},
       }) {
    CAPTURE(r.given);
    CHECK(faults(r.given) == r.expected);
  }
}

TEST_CASE("what is no JSON is told apart from a wrong filter") {
  for (const std::string_view text : {"", " ", "{", "{}x", "{\"a\":}", "nul", "{\"types\":[\"\xff\"]}", "{'a':1}"}) {
    CAPTURE(text);
    CHECK(faults(text) == "malformed_json");
  }
}

TEST_CASE("every size of a filter is bounded") {
  const auto with = [](std::string_view clause, const std::string& value) {
    return "{\"" + std::string{clause} + "\":" + value + "}";
  };
  const auto text = [](std::size_t bytes) { return "\"" + std::string(bytes, 'x') + "\""; };
  struct row {
    std::string fits;
    std::string exceeds;
    std::string pointer;
  };
  for (const row& r : {
           row{with("types", list_of(100, "\"a\"")), with("types", list_of(101, "\"a\"")), "/filter/types"},
           row{with("tags", list_of(100, "\"a\"")), with("tags", list_of(101, "\"a\"")), "/filter/tags"},
           row{with("types", "[" + text(255) + "]"), with("types", "[" + text(256) + "]"), "/filter/types/0"},
           row{with("sources", "[" + text(255) + "]"), with("sources", "[" + text(256) + "]"), "/filter/sources/0"},
           row{with("tags", "[" + text(1024) + "]"), with("tags", "[" + text(1025) + "]"), "/filter/tags/0"},
           row{with("payload", paths(64)), with("payload", paths(65)), "/filter/payload"},
           row{with("metadata", paths(64)), with("metadata", paths(65)), "/filter/metadata"},
           row{with("payload", "{\"a\":" + list_of(100, "1") + "}"),
               with("payload", "{\"a\":" + list_of(101, "1") + "}"), "/filter/payload/a"},
           row{with("payload", "{\"a\":" + text(1024) + "}"), with("payload", "{\"a\":" + text(1025) + "}"),
               "/filter/payload/a"},
           row{with("payload", "{\"a\":{\"prefix\":" + text(1024) + "}}"),
               with("payload", "{\"a\":{\"prefix\":" + text(1025) + "}}"), "/filter/payload/a/prefix"},
           row{with("payload", "{\"a\":{\"glob\":" + text(1024) + "}}"),
               with("payload", "{\"a\":{\"glob\":" + text(1025) + "}}"), "/filter/payload/a/glob"},
           row{with("payload", "{" + text(500) + ":1}"), with("payload", "{" + text(501) + ":1}"),
               "/filter/payload/" + std::string(100, 'x')},
           row{"{}" + std::string(max_filter_bytes - 2, ' '), "{}" + std::string(max_filter_bytes - 1, ' '), "/filter"},
       }) {
    CAPTURE(r.pointer);
    CHECK(faults(r.fits) == "none");
    const auto refused = parse_filter(r.exceeds);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == errc::invalid_request);
    CHECK(refused.error().details.at(0).pointer == r.pointer);
  }
  CHECK(faults(with("payload", std::string(70, '[') + std::string(70, ']'))) ==
        "invalid_request /filter is nested too deeply");
}

}  // namespace
}  // namespace eventmgr::codec
