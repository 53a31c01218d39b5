#include "unit/codec/subscription_fixture.hpp"

#include <functional>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::codec;
using namespace std::chrono_literals;

namespace {

subscription_definition existing() {
  return defined(R"({"name":"n","topic":"a","endpoint":"https://example.org/hook","description":"d",
    "filter":{"types":["x.*"],"payload":{"cost":{"gt":5}}},
    "options":{"batchSize":5,"ordering":"topic","startFrom":"earliest","secret":")" +
                 test_secret + R"(","headers":{"Authorization":"Bearer x","X-Own":"1"}}})");
}

result<subscription_definition> patched(std::string_view patch) {
  return apply_patch(existing(), patch, test_defaults());
}

}  // namespace

TEST_CASE("a patch changes what it names and nothing else") {
  struct row {
    const char* patch;
    std::function<void(subscription_definition&)> change;
  };
  const std::vector<row> rows{
      {"{}", [](subscription_definition&) {}},
      {R"({"description":"e"})", [](subscription_definition& d) { d.description = "e"; }},
      {R"({"description":null})", [](subscription_definition& d) { d.description.clear(); }},
      {R"({"name":"m"})", [](subscription_definition& d) { d.name = "m"; }},
      {R"({"topic":["b","c.#"]})",
       [](subscription_definition& d) {
         d.topics = {*topic_pattern::parse("b"), *topic_pattern::parse("c/#")};
       }},
      {R"({"endpoint":"http://h"})", [](subscription_definition& d) { d.endpoint = "http://h"; }},
      {R"({"connectionType":"webhook","options":{"ordering":"topic","startFrom":"earliest"}})",
       [](subscription_definition&) {}},
      {R"({"filter":null})", [](subscription_definition& d) { d.filter.clear(); }},
      {R"({"filter":{"types":null}})",
       [](subscription_definition& d) { d.filter = R"({"payload":{"cost":{"gt":5}}})"; }},
      {R"({"filter":{"exclude_types":["y"],"payload":{"cost":{"gt":6}}}})",
       [](subscription_definition& d) {
         d.filter = R"({"types":["x.*"],"excludeTypes":["y"],"payload":{"cost":{"gt":6}}})";
       }},
      {R"({"options":{"batch_size":6,"retry_policy":{"max_retries":1}}})",
       [](subscription_definition& d) {
         d.options.batch_size = 6;
         d.options.retry.max_retries = 1;
       }},
      {R"({"options":{"batchSize":null,"retryPolicy":null}})",
       [](subscription_definition& d) { d.options.batch_size = 1; }},
      {R"({"options":{"headers":{"authorization":"***","x-own":"2","X-More":"3"}}})",
       [](subscription_definition& d) {
         d.options.headers = {{"Authorization", "Bearer x"}, {"X-Own", "2"}, {"X-More", "3"}};
       }},
      {R"({"options":{"headers":{"AUTHORIZATION":null}}})",
       [](subscription_definition& d) {
         d.options.headers = {{"X-Own", "1"}};
       }},
      {R"({"options":{"secret":"whsec_***"}})", [](subscription_definition&) {}},
      {R"({"options":{"secret":null}})", [](subscription_definition& d) { d.options.secret.clear(); }},
  };
  for (const row& each : rows) {
    INFO(each.patch);
    auto expected = existing();
    each.change(expected);
    const auto changed = patched(each.patch);
    if (!changed) FAIL(changed.error().message);
    CHECK(*changed == expected);
  }
}

TEST_CASE("a secret that changes goes on signing for a day") {
  const auto changed = patched(R"({"options":{"secret":")" + next_secret + "\"}}");
  REQUIRE(changed.has_value());
  CHECK(changed->options.secret == next_secret);
  CHECK(changed->options.old_secret == retired_secret{.secret = test_secret, .until = test_now + 24h});

  SECTION("and another change leaves it alone") {
    const auto again = apply_patch(*changed, R"({"description":"x"})", test_defaults());
    REQUIRE(again.has_value());
    CHECK(again->options.old_secret == changed->options.old_secret);
  }
}

TEST_CASE("what is fixed cannot be changed, and all faults come at once") {
  const auto found = problems_of(refusal(patched(R"({"channel":"pull","topic":null,"colour":1,"filter":{"tag":1},
    "options":{"batchSize":0}})")));
  CHECK(found.at("/channel") == "cannot be changed");
  CHECK(found.at("/topic") == "is required");
  CHECK(found.at("/colour") == "is not known");
  CHECK(found.at("/filter/tag") == "is not known");
  CHECK(found.contains("/options/batchSize"));
  CHECK(found.size() == 5);

  const auto fixed = problems_of(refusal(patched(R"({"options":{"ordering":"key","startFrom":"5m"}})")));
  CHECK(fixed.size() == 2);
  CHECK(fixed.contains("/options/ordering"));
  CHECK(fixed.contains("/options/startFrom"));
}

TEST_CASE("a patch that repeats itself, or is none, is refused") {
  CHECK(problems_of(refusal(patched(R"({"options":{"batchSize":2,"batch_size":3}})"))).contains("/options/batch_size"));
  CHECK(refusal(patched("[]")).code == errc::invalid_request);
  CHECK(refusal(patched("{")).code == errc::malformed_json);
}

TEST_CASE("a callback of this process can be changed") {
  subscription_definition callback;
  callback.name = "c";
  callback.topics = {*topic_pattern::parse("a")};
  callback.channel = channel_kind::callback;
  const auto changed = apply_patch(callback, R"({"options":{"maxConcurrency":4}})", test_defaults());
  REQUIRE(changed.has_value());
  callback.options.max_concurrency = 4;
  CHECK(*changed == callback);
}
