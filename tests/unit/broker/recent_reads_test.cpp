#include "broker/recent_reads.hpp"

#include "codec/filter_codec.hpp"
#include "delivery_fixture.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::test {
namespace {

std::shared_ptr<event> stored_event(std::uint64_t seq, std::size_t payload_bytes = 2) {
  auto made = make_event("a", "{\"text\":\"" + std::string(payload_bytes, 'x') + "\"}");
  made->seq = {seq};
  return made;
}

std::vector<std::shared_ptr<const event>> page(std::initializer_list<std::uint64_t> places) {
  std::vector<std::shared_ptr<const event>> made;
  for (const std::uint64_t seq : places) made.push_back(stored_event(seq));
  return made;
}

TEST_CASE("who reads an event that was read lately shares its record, its JSON and its document") {
  recent_reads reads;
  const counting_document_reader documents;
  const auto first = reads.share(page({1, 2, 3}));
  const auto second = reads.share(page({2, 4}));
  REQUIRE(first.size() == 3);
  REQUIRE(second.size() == 2);
  CHECK(second[0] == first[1]);
  CHECK(second[0]->record() == first[1]->record());
  CHECK(second[0]->shared_json() == first[1]->shared_json());
  CHECK(&second[0]->document(documents) == &first[1]->document(documents));
  CHECK(documents.opened.at(2) == 1);
  CHECK(second[1]->record()->seq == offset{4});
}

TEST_CASE("what was read lately is bounded in bytes, and the oldest goes first") {
  const std::uint64_t one = shared_event{stored_event(1)}.bytes();
  recent_reads reads{3 * one};
  const auto first = reads.share(page({1, 2, 3}));
  const std::weak_ptr<const shared_event> oldest = reads.share(page({4}))[0];
  CHECK(reads.share(page({4}))[0] == oldest.lock());
  CHECK(reads.share(page({2}))[0] == first[1]);
  CHECK(reads.share(page({1}))[0] != first[0]);

  SECTION("an event that is greater than all that is kept is given, not kept") {
    std::vector<std::shared_ptr<const event>> large{stored_event(9, 10000)};
    CHECK(reads.share(std::move(large)).size() == 1);
    CHECK(oldest.expired());
  }
}

TEST_CASE("subscriptions that catch up side by side parse an event once between them") {
  delivery_fixture f{1, {.ring_events = 20, .read_batch = 7, .version = "test"}};
  for (int cost = 0; cost < 100; ++cost) {
    f.subject->publish({make_event("shop/orders", "{\"cost\":" + std::to_string(cost) + "}")}, [](const auto&) {});
    f.settle();
  }
  std::vector<std::shared_ptr<recording_sink>> sinks;
  std::vector<std::unique_ptr<tail_handle>> tails;
  for (int least = 10; least < 15; ++least) {
    const std::string filter = "{\"payload\":{\"cost\":{\"gte\":" + std::to_string(least) + "}}}";
    auto definition = f.webhook("over-" + std::to_string(least), "shop.#");
    definition.filter = filter;
    definition.options.start_from = offset{1};
    definition.options.max_concurrency = 1000;
    f.create(definition);
    sinks.push_back(std::make_shared<recording_sink>());
    tails.push_back(f.subject->open_tail(
        {.topics = {pattern("shop.#")}, .start = offset{1}, .filter = codec::parse_filter(filter).value()},
        sinks.back()));
  }
  f.settle();

  for (std::size_t i = 0; i < sinks.size(); ++i) CHECK(sinks[i]->seqs.size() == 90 - i);
  CHECK(f.documents.opened.size() == 100);
  for (const auto& [seq, times] : f.documents.opened) {
    CAPTURE(seq);
    CHECK(times == 1);
  }
}

}  // namespace
}  // namespace eventmgr::test
