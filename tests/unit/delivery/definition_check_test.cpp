#include "delivery/definition_check.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::delivery;

namespace {

std::vector<std::string> pointers_of(const subscription_definition& definition) {
  const auto checked = check_definition(definition);
  std::vector<std::string> out;
  if (checked.has_error()) {
    for (const auto& each : checked.error().details) out.push_back(each.pointer);
  }
  return out;
}

}  // namespace

TEST_CASE("the hosts that a definition sends to are found, with where they are named") {
  subscription_definition definition;
  definition.channel = channel_kind::websocket;
  definition.endpoint = "wss://a.example/";
  definition.options.fallback_webhook = "https://b.example/hook";

  const auto targets = check_definition(definition).value();

  REQUIRE(targets.size() == 2);
  CHECK(targets[0].host == "a.example");
  CHECK(targets[0].pointer == "/endpoint");
  CHECK(targets[1].host == "b.example");
  CHECK(targets[1].pointer == "/options/fallbackWebhook");
}

TEST_CASE("everything that is wrong with a definition is named") {
  subscription_definition definition;
  definition.channel = channel_kind::webhook;
  definition.endpoint = "ws://a.example/";
  definition.options.fallback_webhook = "ftp://b.example";
  definition.options.headers = {{"Host", "x"}, {"X", "a\r\nb"}, {"a/b~c", "x"}, {"X-Good", "x"}};
  definition.options.secret = "secret";

  CHECK(pointers_of(definition) == std::vector<std::string>{"/endpoint", "/options/fallbackWebhook",
                                                            "/options/headers/Host", "/options/headers/X",
                                                            "/options/headers/a~1b~0c", "/options/secret"});
}

TEST_CASE("a channel that leads nowhere has nothing to check") {
  subscription_definition definition;
  definition.channel = channel_kind::pull;

  CHECK(check_definition(definition).value().empty());
}
