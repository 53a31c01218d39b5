#include "codec/merge_patch.hpp"

#include <catch2/catch.hpp>

using namespace eventmgr::codec;

// The cases of RFC 7396, appendix A, and a few of our own.
TEST_CASE("a merge patch changes what it names") {
  struct row {
    const char* target;
    const char* patch;
    const char* expected;
  };
  for (const row& each : {
           row{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
           row{R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
           row{R"({"a":"b"})", R"({"a":null})", "{}"},
           row{R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
           row{R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
           row{R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
           row{R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
           row{R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
           row{R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
           row{R"({"a":"b"})", R"(["c"])", R"(["c"])"},
           row{R"({"a":"foo"})", "null", "null"},
           row{R"({"a":"foo"})", R"("bar")", R"("bar")"},
           row{R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
           row{"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})"},
           row{"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
           row{R"({"a/b":1,"\u0063":2})", R"({"c":3})", R"({"a/b":1,"c":3})"},
           row{R"({"a":1.50})", R"({"b":1E2})", R"({"a":1.50,"b":1E2})"},
       }) {
    INFO(each.target << " + " << each.patch);
    CHECK(merge_patch(each.target, each.patch) == each.expected);
  }
}
