#include "broker/delivery/lane_set.hpp"

#include "support/broker_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

/// Lanes in order by key over a small tail ring, with a store that holds nothing.
struct ordered_lanes {
  std::unique_ptr<event_store> store{make_memory_event_store(1)};
  manual_executor core{};
  manual_executor readers{};
  codec::event_document_reader documents{};
  recent_reads reads{};
  matching_history rules{};
  sequencer flow{store->partitions(), 4, 1U << 20U};
  std::unique_ptr<lane_set> subject;

  ordered_lanes() {
    auto rule = std::make_shared<matching_rule>();
    rule->topics.push_back(pattern("#"));
    rules.add({.after = {offset{}}}, std::move(rule));
    auto context = std::make_shared<lane_context>(lane_context{.flow = flow,
                                                               .store = *store,
                                                               .core = core,
                                                               .readers = readers,
                                                               .documents = documents,
                                                               .reads = reads,
                                                               .rules = rules,
                                                               .ordering = delivery_ordering::key,
                                                               .read_batch = 100});
    context->known = [](log_place) { return delivery_outcome::outstanding; };
    context->progressed = [](bool) {};
    subject = std::make_unique<lane_set>(std::move(context), delivery_ordering::key, std::uint16_t{1},
                                         [](partition_id, priority) { return offset{}; });
    lane().refill();
  }

  lane_feed& lane() { return subject->of({}, priority::critical); }

  std::weak_ptr<const event> take(std::uint64_t seq, std::string key) {
    auto record = make_event("a");
    record->seq = {seq};
    record->ordering_key = std::move(key);
    flow.accept(std::vector<append_entry>{{.record = record, .outcome = append_outcome::stored}});
    lane().take_live(*flow.ring({}).find({seq}));
    return record;
  }
};

TEST_CASE("of events that wait behind their key no record is kept, and the one that goes has its own") {
  ordered_lanes f;
  std::vector<std::weak_ptr<const event>> held_back;
  for (std::uint64_t seq = 1; seq <= 3; ++seq) held_back.push_back(f.take(seq, "k"));
  const auto free_of_k = [](lane_feed&, const waiting_event& item) {
    return item.ordering == "k" ? lane_set::verdict::wait : lane_set::verdict::go;
  };
  CHECK_FALSE(f.subject->pick(free_of_k));
  for (std::uint64_t seq = 4; seq <= 9; ++seq) {
    f.take(seq, "other");
    const auto picked = f.subject->pick(free_of_k);
    REQUIRE(picked.has_value());
    CHECK(picked->item.seq.value == seq);
    CHECK(picked->item.record->seq.value == seq);
  }
  for (const auto& each : held_back) CHECK(each.expired());
}

TEST_CASE("what is asked of an event that waits is there without its record") {
  ordered_lanes f;
  f.take(1, "k");
  const waiting_event& waits = f.lane().at(0);
  CHECK_FALSE(waits.record);
  CHECK(waits.urgency == priority::normal);
  CHECK(waits.ordering == "k");
  CHECK(waits.expires_at == time_point::max());
}

}  // namespace
}  // namespace eventmgr::test
