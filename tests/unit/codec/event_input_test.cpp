#include "codec/event_input.hpp"

#include "unit/codec/codec_fixture.hpp"

#include <string>

using namespace eventmgr;
using namespace eventmgr::codec;

namespace {

event_in minimal() {
  event_in input;
  input.type = "a.b";
  input.source = "s";
  input.payload = R"({ "x" : 1.50 })";
  return input;
}

}  // namespace

TEST_CASE("what a C++ caller gives is made compact and checked as a request is") {
  event_in input = minimal();
  input.metadata = R"({ "user_id" : "u", "expiresAt" : "2027-01-01T00:00:00Z" })";
  const auto outcome = normalise_input(std::move(input), test_options());
  REQUIRE(outcome.has_value());
  CHECK((*outcome)->payload == R"({"x":1.50})");
  CHECK((*outcome)->metadata == R"({"userId":"u","expiresAt":"2027-01-01T00:00:00Z"})");
  CHECK((*outcome)->expires_at == parse_rfc3339("2027-01-01T00:00:00Z"));
  CHECK((*outcome)->topic.str() == "a/b");
}

TEST_CASE("faults of a C++ caller are collected") {
  event_in input = minimal();
  input.source.clear();
  input.payload = "[1]";
  input.metadata = R"({"tags":1})";
  const failure reason = refusal(normalise_input(std::move(input), test_options()));
  CHECK(reason.code == errc::invalid_event);
  CHECK(problems_of(reason) == std::map<std::string, std::string>{{"/payload", "must be a JSON object"},
                                                                  {"/metadata/tags", "must be an array of strings"},
                                                                  {"/source", "must be 1 to 255 bytes"}});
}

TEST_CASE("text of a C++ caller that is no JSON is an invalid event") {
  for (const char* text : {"", "{", "null", "{} {}", "{\"a\":\"\xFF\"}", "{\"a\":\"\\ud800\"}"}) {
    INFO(text);
    event_in input = minimal();
    input.payload = text;
    CHECK(problems_of(refusal(normalise_input(std::move(input), test_options()))) ==
          std::map<std::string, std::string>{{"/payload", "must be a JSON object"}});
  }
  event_in input = minimal();
  input.metadata = "[]";
  CHECK(problems_of(refusal(normalise_input(std::move(input), test_options()))) ==
        std::map<std::string, std::string>{{"/metadata", "must be a JSON object"}});
}

TEST_CASE("the limits hold for a C++ caller") {
  decode_options options = test_options();
  options.limits.max_depth = 3;
  event_in deep = minimal();
  deep.payload = R"({"a":[[]]})";
  deep.metadata = R"({"tags":1,"own":[[]]})";
  deep.type.clear();
  const failure reason = refusal(normalise_input(std::move(deep), options));
  CHECK(reason.code == errc::invalid_request);
  CHECK(problems_of(reason) ==
        std::map<std::string, std::string>{{"/payload", "is nested too deeply: an event may be 3 deep"},
                                           {"/metadata", "is nested too deeply: an event may be 3 deep"},
                                           {"/type", "must be 1 to 255 bytes"}});
  options.limits.max_event_bytes = 9;
  CHECK(refusal(normalise_input(minimal(), options)).code == errc::too_large);
  options.limits.max_event_bytes = 10;
  CHECK(normalise_input(minimal(), options).has_value());
}
