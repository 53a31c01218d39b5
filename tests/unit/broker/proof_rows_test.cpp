#include "broker/delivery/redelivery_face.hpp"
#include "damaged_snapshot.hpp"
#include "proof_fixture.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

// Rows that were deleted and that the counts of the ledger do not show.

namespace eventmgr::test {
namespace {

using std::chrono::milliseconds;
using lines = std::vector<std::string>;

TEST_CASE("a revision that is missing is found, wherever it stood") {
  troubled f;
  for (const char* const on : {"b", "c"}) f.create(f.webhook("s", on));
  f.seek("s", start_earliest{});
  f.create(f.webhook("s", "a"));
  f.advance(milliseconds{200});
  damaged_snapshot from{f.store->snapshot()};
  REQUIRE(lines_of(prove_now(from)) == lines{});
  REQUIRE(from.subscriptions().front().revisions.size() == 2);
  const std::uint64_t lost = GENERATE(4U, 5U);

  from.of_subscription = [&](subscription_state& kept) {
    std::erase_if(kept.revisions, [&](const revision_record& row) { return row.revision == lost; });
  };

  CHECK(lines_of(prove_now(from)) == lines{"ledger 0/- s: its revision " + std::to_string(lost) + " is missing"});
}

TEST_CASE("a dead letter that the ledger does not count is missed where it is deleted") {
  troubled f;
  std::string name{"s"};
  SECTION("of an older generation") {
    f.receiver().answer = [](const auto&) { return ok(); };
    f.seek("s", start_earliest{});
    f.advance(milliseconds{200});
    REQUIRE(f.info("s").generation == 2);
  }
  SECTION("of a subscription that was deleted") {
    name = to_string(f.info("s").id);
    f.remove("s");
  }
  damaged_snapshot from{f.store->snapshot()};
  REQUIRE(lines_of(prove_now(from)) == lines{});

  from.of_dead_letter = [](dead_letter_record&) { return false; };

  CHECK(lines_of(prove_now(from)) ==
        lines{"deadLetters 0/- " + name + ": of 1 dead letters that were made there are 0"});
}

TEST_CASE("a dead letter of a replay is missed where it is deleted") {
  troubled f;
  f.receiver().answer = [](const auto&) -> delivery_result {
    return {.outcome = delivery_result::verdict::reject, .error = "no"};
  };
  std::optional<result<replay_info>> begun;
  f.subject->redeliveries().replay({.from = offset{1}, .to = offset{3}, .subscriptions = {"s"}}, f.into(begun));
  f.advance(milliseconds{500});
  REQUIRE(begun.value().has_value());
  damaged_snapshot from{f.store->snapshot()};
  REQUIRE(lines_of(prove_now(from)) == lines{});

  from.of_dead_letter = [](dead_letter_record& row) { return row.key.seq.value != 2; };

  CHECK(lines_of(prove_now(from)) == lines{"deadLetters 0/- s: of 3 dead letters that were made there are 2"});
}

}  // namespace
}  // namespace eventmgr::test
