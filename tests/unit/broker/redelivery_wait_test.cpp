#include "redelivery_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using seqs = std::vector<std::uint64_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a replay that the rate limit holds up goes on by itself") {
  redelivery_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  auto definition = f.webhook("s");
  definition.options.rate_limit_per_minute = 60;
  f.create(definition);
  f.publish("a", 3);
  f.advance(seconds{5});
  f.receiver().sent.clear();

  const auto started = f.replay();
  f.advance(milliseconds{500});
  CHECK(f.receiver().seqs() == seqs{1});
  CHECK(f.stats("s").idle_reason == "the rate limit is reached");
  f.advance(seconds{3});
  CHECK(f.receiver().seqs() == seqs{1, 2, 3});
  CHECK(f.replayed(started.id).status == replay_status::completed);
}

TEST_CASE("a requeue that the rate limit holds up goes on by itself") {
  redelivery_fixture f;
  auto definition = f.brittle("s");
  definition.options.rate_limit_per_minute = 60;
  f.create(definition);
  f.bury(1);
  f.advance(seconds{2});
  f.receiver().answer = [](const auto&) { return refused(); };
  f.publish("a", 2);
  f.advance(seconds{3});
  f.receiver().sent.clear();
  f.receiver().answer = [](const auto&) { return ok(); };

  f.requeue();
  f.advance(seconds{4});
  CHECK(f.receiver().seqs().size() == 3);
  CHECK(f.letters().empty());
}

TEST_CASE("a requeue that the breaker holds up goes on when it tries again") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.receiver().answer = [](const auto&) { return unreachable(); };
  f.publish("a", 5);
  f.advance(seconds{1});
  REQUIRE(f.stats("s").breaker == breaker_state::open);
  REQUIRE(f.letters().size() == 5);
  f.receiver().sent.clear();
  f.receiver().answer = [](const auto&) { return ok(); };

  f.requeue();
  f.advance(seconds{20});
  CHECK(f.receiver().sent.empty());
  f.advance(seconds{11});
  CHECK(f.receiver().seqs().size() == 5);
  CHECK(f.letters().empty());
}

TEST_CASE("a replay that the breaker holds up goes on when it tries again") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.receiver().answer = [](const auto&) { return unreachable(); };
  f.publish("a", 5);
  f.advance(seconds{1});
  f.receiver().sent.clear();
  f.receiver().answer = [](const auto&) { return ok(); };

  const auto started = f.replay();
  f.advance(seconds{31});
  CHECK(f.receiver().seqs() == seqs{1, 2, 3, 4, 5});
  CHECK(f.replayed(started.id).status == replay_status::completed);
}

}  // namespace
}  // namespace eventmgr::test
