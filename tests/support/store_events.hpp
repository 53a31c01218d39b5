#pragma once

#include "ports/event_store.hpp"

#include <eventmgr/event.hpp>

#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace eventmgr::testing {

inline time_point at_ms(std::int64_t milliseconds) { return time_point{std::chrono::milliseconds{milliseconds}}; }

/// Events as normalisation makes them, with UUIDv7 ids in order. Deterministic for a seed. Not thread-safe.
class event_maker {
 public:
  explicit event_maker(std::uint32_t seed = 1) : random_{seed} {}

  std::shared_ptr<event> make(const std::string& topic, std::string payload = R"({"n":1})") {
    auto record = std::make_shared<event>();
    record->id = next_id();
    record->topic = topic_name::trusted(topic);
    record->type = topic;
    record->source = "test";
    record->version = "1.0";
    record->timestamp = at_ms(clock_);
    record->payload = std::move(payload);
    return record;
  }

  /// With every member set, some of them to what is rare.
  std::shared_ptr<event> make_full(const std::string& topic) {
    auto record = make(topic, R"({"text":"\u0000 äöü","number":1.50,"nested":{"z":1,"a":[]}})");
    record->version = "2.1";
    record->priority = priority::critical;
    record->metadata = R"({"projectId":"p","extra":{"kept":true},"tags":["t"]})";
    record->correlation_id = next_id();
    record->causation_id = next_id();
    record->expires_at = at_ms(-5);
    record->ordering_key = "key";
    record->timestamp = at_ms(-62135596800000);
    return record;
  }

  event_id next_id() {
    std::array<std::uint8_t, 10> random{};
    for (std::uint8_t& byte : random) byte = static_cast<std::uint8_t>(random_());
    return {make_uuid_v7(++clock_, random)};
  }

  std::mt19937& random() noexcept { return random_; }

 private:
  std::mt19937 random_;
  std::int64_t clock_{1'700'000'000'000};
};

/// Commits the records as one group and gives their entries back.
inline std::vector<append_entry> commit(event_store& store, std::span<const std::shared_ptr<event>> records,
                                        time_point now = at_ms(1000)) {
  std::vector<append_entry> entries(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) entries[i].record = records[i];
  commit_batch batch{.entries = entries, .now = now};
  store.commit(batch);
  return entries;
}

inline append_entry commit_one(event_store& store, std::shared_ptr<event> record, time_point now = at_ms(1000)) {
  const std::shared_ptr<event> records[] = {std::move(record)};
  return commit(store, records, now).front();
}

}  // namespace eventmgr::testing
