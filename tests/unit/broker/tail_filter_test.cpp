#include "codec/filter_codec.hpp"
#include "support/broker_fixture.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace eventmgr {
namespace {

using test::broker_fixture;
using test::recording_sink;

using seq_list = std::vector<std::uint64_t>;

event_filter filter(std::string_view json) { return codec::parse_filter(json).value(); }

std::shared_ptr<event> make_event(std::string type, int cost, priority urgency = priority::normal) {
  auto made = test::make_event("shop/orders", "{\"cost\":" + std::to_string(cost) + "}");
  made->type = std::move(type);
  made->priority = urgency;
  return made;
}

std::unique_ptr<tail_handle> open_tail(broker_fixture& f, std::string_view filter_json,
                                       std::shared_ptr<stream_sink> sink, start_point start = start_now{}) {
  auto handle = f.subject->open_tail(
      {.topics = {test::pattern("shop.#")}, .start = std::move(start), .filter = filter(filter_json)}, std::move(sink));
  f.settle();
  return handle;
}

void publish(broker_fixture& f, std::vector<std::shared_ptr<event>> events) {
  f.subject->publish(std::move(events), [](const auto&) {});
  f.settle();
}

/// Events of several types, costs and priorities; the same ones for a seed.
std::vector<std::shared_ptr<event>> mixed_events(std::size_t count) {
  std::mt19937 random{5};
  std::vector<std::shared_ptr<event>> events;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string type = random() % 2 == 0 ? "order.placed" : "order.paid";
    events.push_back(make_event(type, static_cast<int>(random() % 100), static_cast<priority>(random() % 4)));
    if (random() % 2 == 0) events.back()->metadata = R"({"tags":["red"],"projectId":"p"})";
  }
  return events;
}

constexpr std::array<std::string_view, 5> filters{
    R"({"types":["*.paid"]})",
    R"({"payload":{"cost":{"gte":50}}})",
    R"({"types":["order.*"],"tags":["red"],"payload":{"cost":{"lt":30}}})",
    R"({"priority":"HIGH","projectScoped":true})",
    R"({"payload":{"cost":{"gt":1000}},"criticalAlways":true})",
};

TEST_CASE("a filter passes the same events live, from the ring and from the store") {
  for (const std::string_view json : filters) {
    CAPTURE(json);
    broker_fixture f{1, {.ring_events = 40, .read_batch = 7}};
    const auto live = std::make_shared<recording_sink>();
    const auto live_tail = open_tail(f, json, live);
    for (const auto& record : mixed_events(100)) publish(f, {record});

    const auto from_ring = std::make_shared<recording_sink>();
    const auto ring_tail = open_tail(f, json, from_ring, offset{61});
    const auto from_store = std::make_shared<recording_sink>();
    const auto store_tail = open_tail(f, json, from_store, offset{1});

    CHECK(live->seqs.size() > 5);
    CHECK(live->seqs.size() < 80);
    CHECK(from_store->seqs == live->seqs);
    CHECK(from_store->places == live->places);
    const auto first = std::ranges::lower_bound(live->seqs, 61U);
    CHECK(from_ring->seqs == seq_list(first, live->seqs.end()));
  }
}

TEST_CASE("a sink that was full gets what the filter passes, and nothing twice") {
  broker_fixture f{1, {.ring_events = 10, .read_batch = 4}};
  const auto free = std::make_shared<recording_sink>();
  const auto free_tail = open_tail(f, filters[1], free);
  const auto slow = std::make_shared<recording_sink>();
  slow->room = 3;
  const auto slow_tail = open_tail(f, filters[1], slow);
  publish(f, mixed_events(60));

  for (int round = 0; round < 100 && slow->seqs.size() < free->seqs.size(); ++round) {
    slow->room = 2;
    slow_tail->resume();
    f.settle();
  }

  CHECK(free->seqs.size() > 10);
  CHECK(slow->seqs == free->seqs);
}

TEST_CASE("history that the filter refuses entirely is passed over on the way to live events") {
  broker_fixture f{1, {.ring_events = 10, .read_batch = 4}};
  publish(f, mixed_events(50));
  const auto sink = std::make_shared<recording_sink>();
  const auto tail = open_tail(f, R"({"payload":{"cost":5000}})", sink, offset{1});
  CHECK(sink->started == position{.after = {offset{0}}});
  CHECK(sink->seqs.empty());

  publish(f, {make_event("order.placed", 4999), make_event("order.placed", 5000)});

  CHECK(sink->seqs == seq_list{52});
  CHECK(sink->places == std::vector<position>{{.after = {offset{52}}}});
}

TEST_CASE("resuming after an event that a filter passed continues without gap or repeat") {
  broker_fixture f{1, {.ring_events = 9, .read_batch = 4}};
  publish(f, mixed_events(40));
  const auto whole = std::make_shared<recording_sink>();
  const auto first = open_tail(f, filters[1], whole, offset{1});
  REQUIRE(whole->places.size() > 5);
  for (std::size_t cut = 0; cut < whole->places.size(); ++cut) {
    const auto rest = std::make_shared<recording_sink>();
    const auto second = open_tail(f, filters[1], rest, whole->places[cut]);
    CHECK(rest->seqs.size() == whole->seqs.size() - cut - 1);
  }
}

TEST_CASE("an event is opened for filters once, however many tails look into it, also later") {
  broker_fixture f;
  std::vector<std::shared_ptr<recording_sink>> sinks;
  std::vector<std::unique_ptr<tail_handle>> tails;
  for (int i = 0; i < 50; ++i) {
    sinks.push_back(std::make_shared<recording_sink>());
    tails.push_back(open_tail(f, R"({"payload":{"cost":)" + std::to_string(i) + "}}", sinks.back()));
  }
  publish(f, {make_event("a", 7), make_event("b", 8)});
  const auto late = std::make_shared<recording_sink>();
  const auto late_tail = open_tail(f, R"({"tags":["red"],"payload":{"other":{"exists":false}}})", late, offset{1});
  const auto other = std::make_shared<recording_sink>();
  const auto other_tail = open_tail(f, R"({"payload":{"other":{"exists":false}}})", other, offset{1});

  CHECK(sinks[7]->seqs == seq_list{1});
  CHECK(sinks[8]->seqs == seq_list{2});
  CHECK(sinks[9]->seqs.empty());
  CHECK(late->seqs.empty());
  CHECK(other->seqs == seq_list{1, 2});
  CHECK(f.documents.opened == std::map<std::uint64_t, int>{{1, 1}, {2, 1}});
}

TEST_CASE("nothing is opened where the topic or the header decides, or nothing is asked") {
  broker_fixture f{1, {.ring_events = 4, .read_batch = 3}};
  const auto open = std::make_shared<recording_sink>();
  const auto open_to_all = open_tail(f, "{}", open);
  const auto header = std::make_shared<recording_sink>();
  const auto by_header = open_tail(f, R"({"types":["*.paid"],"priority":"NORMAL"})", header);
  const auto inside = std::make_shared<recording_sink>();
  const auto by_payload = open_tail(f, R"({"types":["order.lost"],"payload":{"cost":1}})", inside);
  publish(f, mixed_events(12));
  publish(f, {test::make_event("elsewhere", R"({"cost":1})")});

  const auto history = std::make_shared<recording_sink>();
  const auto from_store = open_tail(f, R"({"types":["*.paid"],"priority":"NORMAL"})", history, offset{1});

  CHECK(open->seqs.size() == 12);
  CHECK_FALSE(header->seqs.empty());
  CHECK(history->seqs == header->seqs);
  CHECK(f.documents.opened.empty());
}

}  // namespace
}  // namespace eventmgr
