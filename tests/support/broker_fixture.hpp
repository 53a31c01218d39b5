#pragma once

#include "broker/broker.hpp"
#include "broker/delivery/subscription_face.hpp"
#include "codec/event_document.hpp"
#include "codec/json_redelivery_texts.hpp"
#include "codec/json_subscription_texts.hpp"
#include "store/memory/memory_event_store.hpp"
#include "support/fake_channels.hpp"
#include "support/fakes.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::test {

inline topic_name topic(std::string_view text) { return topic_name::parse(text).value(); }
inline topic_pattern pattern(std::string_view text) { return topic_pattern::parse(text).value(); }

inline std::shared_ptr<event> make_event(std::string_view on_topic, std::string payload = "{}") {
  static std::uint64_t serial = 0;
  auto made = std::make_shared<event>();
  std::array<std::uint8_t, 10> random{};
  ++serial;
  for (std::size_t i = 0; i < 8; ++i) random[9 - i] = static_cast<std::uint8_t>(serial >> (8 * i));
  made->id = {make_uuid_v7(1'767'312'000'000, random)};
  made->type = "test.happened";
  made->source = "test";
  made->topic = topic(on_topic);
  made->version = "1.0";
  made->payload = std::move(payload);
  return made;
}

/// Notes what a tail is given; refuses events while `room` is 0.
class recording_sink final : public stream_sink {
 public:
  std::optional<position> started{};
  std::vector<std::uint64_t> seqs{};
  std::vector<std::string> topics{};
  std::vector<position> places{};
  std::vector<std::pair<position, position>> gaps{};
  std::optional<failure> end{};
  std::size_t room{SIZE_MAX};
  std::size_t refusals{0};
  bool waits{false};

  bool waits_for_store() const override { return waits; }
  void opened(const position& start) override { started = start; }
  bool offer(const tail_offer& item) override {
    if (room == 0) {
      ++refusals;
      return false;
    }
    --room;
    seqs.push_back(item.record->seq.value);
    topics.push_back(item.record->topic.str());
    places.push_back(item.place);
    return true;
  }
  void gap(const position& from, const position& to) override { gaps.emplace_back(from, to); }
  void ended(const failure& why) override { end = why; }
};

/// Looks into events as the daemon does, and counts how often each was opened to be parsed.
class counting_document_reader final : public document_reader {
 public:
  std::unique_ptr<const event_document> open(std::shared_ptr<const event> record) const override {
    ++opened[record->seq.value];
    return documents_.open(std::move(record));
  }

  mutable std::map<std::uint64_t, int> opened{};  ///< by offset

 private:
  codec::event_document_reader documents_;
};

/// A broker over the in-memory store, with time and threads in the test's hand.
struct broker_fixture {
  fake_clock time{};
  fake_probe process{};
  counting_document_reader documents{};
  codec::json_subscription_texts texts{};
  codec::json_redelivery_texts redelivery{};
  fake_alarm bell{};
  manual_executor core{};
  manual_executor writer{};
  manual_executor readers{};
  manual_executor queries{};
  fake_channels channels{core};
  std::shared_ptr<memory_store_faults> faults{std::make_shared<memory_store_faults>()};
  std::unique_ptr<event_store> store;
  std::unique_ptr<broker> subject;

  explicit broker_fixture(std::uint16_t partitions = 1,
                          broker_options options = {.ring_events = 100, .version = "test"})
      : store{make_memory_event_store(partitions, faults)} {
    restart(options);
  }
  /// Over a store that has been used before.
  explicit broker_fixture(std::unique_ptr<event_store> over) : store{std::move(over)} { restart({.version = "test"}); }
  ~broker_fixture() {
    settle();
    subject.reset();
  }
  broker_fixture(const broker_fixture&) = delete;
  broker_fixture& operator=(const broker_fixture&) = delete;

  void restart(broker_options options) {
    subject.reset();
    subject = broker::make(
        {.store = *store,
         .time = time,
         .process = process,
         .documents = documents,
         .texts = texts,
         .redeliveries = redelivery,
         .channels = channels,
         .bell = bell},
        {.core = core, .writer = writer, .readers = readers, .queries = queries, .background = readers}, options);
  }

  void settle() {
    do {
      run_all(core, writer, readers, queries);
    } while (bell.ring_if_due(time.steady_now()));
  }

  /// Lets time pass, in steps, and everything happen that it brings.
  void advance(std::chrono::milliseconds by) {
    constexpr std::chrono::milliseconds step{10};
    for (auto left = by; left.count() > 0; left -= step) {
      time.advance(std::min(step, left));
      settle();
    }
  }

  /// Publishes one request and lets everything come to rest.
  void publish(std::string_view on_topic, std::size_t count = 1) {
    std::vector<std::shared_ptr<event>> events;
    for (std::size_t i = 0; i < count; ++i) events.push_back(make_event(on_topic));
    subject->publish(std::move(events), [](const auto&) {});
    settle();
  }

  std::unique_ptr<tail_handle> open_tail(std::string_view on_pattern, std::shared_ptr<stream_sink> sink,
                                         start_point start = start_now{}) {
    auto handle = subject->open_tail({.topics = {pattern(on_pattern)}, .start = start}, std::move(sink));
    settle();
    return handle;
  }
};

}  // namespace eventmgr::test
