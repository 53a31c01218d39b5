#include "broker/delivery/state_journal.hpp"

#include "store/memory/memory_event_store.hpp"
#include "support/fakes.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace eventmgr {
namespace {

/// Has so many outcomes to write.
class counting_source final : public state_source {
 public:
  explicit counting_source(state_journal& journal) : journal_{journal} {}

  void outcome() {
    ++unwritten;
    journal_.touch(*this, 1);
  }
  void collect(delivery_commit& into) override {
    written += std::exchange(unwritten, 0);
    into.changes.settled.push_back({});
  }

  std::uint64_t unwritten{0};
  std::uint64_t written{0};

 private:
  state_journal& journal_;
};

struct journal_fixture {
  test::fake_clock time{};
  test::fake_alarm bell{};
  test::manual_executor core{};
  test::manual_executor writer{};
  broker_counters counters{};
  std::shared_ptr<memory_store_faults> faults{std::make_shared<memory_store_faults>()};
  std::unique_ptr<event_store> store{make_memory_event_store(1, faults)};
  publish_pipeline pipeline{*store, time, core, writer, counters, {.events = 100, .bytes = 1000}, [](auto) {}};
  timers alarms{bell, time};
  state_journal journal{pipeline, alarms, time};
  counting_source source{journal};

  std::function<void(result<void>)> into(std::optional<bool>& said) {
    return [&said](const result<void>& came) { said = came.has_value(); };
  }

  static delivery_commit act() {
    delivery_commit made;
    made.changes.discarded.push_back({});
    return made;
  }
};

TEST_CASE("an act and a flush are served though outcomes come in during every commit") {
  journal_fixture f;
  f.source.outcome();
  std::optional<bool> acted;
  std::optional<bool> flushed;
  f.journal.commit(f.act(), f.into(acted));
  f.journal.flush(f.into(flushed));
  CHECK_FALSE(acted);

  // The write that takes what was there, and the act.
  for (int commits = 0; commits < 2; ++commits) {
    f.source.outcome();
    f.writer.run_one();
    f.core.run_one();
  }

  CHECK(acted == true);
  CHECK(flushed == true);
  CHECK(f.source.unwritten > 0);
}

TEST_CASE("an act comes after all that was touched before it, also while a commit is under way") {
  journal_fixture f;
  std::optional<bool> flushed;
  f.source.outcome();
  f.journal.flush(f.into(flushed));
  f.source.outcome();
  std::optional<std::uint64_t> written_before_act;
  f.journal.commit(f.act(), [&](const auto&) { written_before_act = f.source.written; });
  run_all(f.writer, f.core);

  CHECK(flushed == true);
  CHECK(written_before_act == 2);
}

TEST_CASE("a flush hears of a write that fails, and what it was to write is tried again") {
  journal_fixture f;
  f.source.outcome();
  f.faults->fail_next_commits(1);
  std::optional<bool> flushed;
  std::optional<bool> acted;
  f.journal.flush(f.into(flushed));
  f.journal.commit(f.act(), f.into(acted));
  run_all(f.writer, f.core);
  CHECK(flushed == false);
  CHECK(acted == false);

  std::optional<bool> again;
  f.journal.flush(f.into(again));
  run_all(f.writer, f.core);
  CHECK_FALSE(again);
  f.time.advance(state_journal::retry_interval);
  f.bell.ring_if_due(f.time.steady_now());
  run_all(f.writer, f.core);
  CHECK(again == true);
}

TEST_CASE("a flush does not wait for a source that has gone meanwhile") {
  journal_fixture f;
  f.source.outcome();
  std::optional<bool> first;
  std::optional<bool> second;
  f.journal.flush(f.into(first));
  f.source.outcome();
  f.journal.flush(f.into(second));
  f.journal.forget(f.source);
  run_all(f.writer, f.core);

  CHECK(first == true);
  CHECK(second == true);
}

TEST_CASE("acts that follow one another do not keep outcomes from being written") {
  journal_fixture f;
  std::size_t acts = 0;
  const std::function<void(const result<void>&)> again = [&](const auto&) {
    f.source.outcome();
    if (++acts < 10) f.journal.commit(f.act(), again);
  };
  f.journal.commit(f.act(), again);
  run_all(f.writer, f.core);

  CHECK(acts == 10);
  CHECK(f.source.written >= 9);
}

}  // namespace
}  // namespace eventmgr
