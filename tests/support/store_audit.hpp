#pragma once

#include "ports/event_store.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace eventmgr::testing {

/// An event whose publisher was told that it is stored.
struct acknowledged {
  event_id id{};
  offset seq{};
};

/// Requires of the first partition that offsets have no gap, every acknowledged event is at its place and is found by
/// its id, topics count what is there, and times of receipt never go back.
inline void require_whole(event_store& store, const std::vector<acknowledged>& kept) {
  const offset head = store.partitions().front().head;
  std::vector<event_id> ids;
  std::map<std::string, std::uint64_t> counts;
  time_point last = time_point::min();
  log_request request;
  request.max_events = 5000;
  request.max_bytes = UINT64_MAX;
  while (request.after < head) {
    const log_page page = store.read_log(request);
    REQUIRE_FALSE(page.events.empty());
    for (const auto& record : page.events) {
      REQUIRE(record->seq.value == ids.size() + 1);
      REQUIRE(record->received_at >= last);
      last = record->received_at;
      ids.push_back(record->id);
      ++counts[record->topic.str()];
    }
    request.after = page.scanned_through;
  }
  REQUIRE(ids.size() == head.value);
  for (const acknowledged& event : kept) {
    REQUIRE(event.seq.value <= ids.size());
    REQUIRE(ids[event.seq.value - 1] == event.id);
    const auto found = store.find_event(event.id);
    REQUIRE(found);
    REQUIRE(found->seq == event.seq);
  }
  for (const auto& [topic, count] : counts) {
    const auto info = store.find_topic(topic_name::trusted(topic));
    REQUIRE(info);
    REQUIRE(info->event_count == count);
  }
  REQUIRE(store.list_topics("", 10000).topics.size() == counts.size());
}

}  // namespace eventmgr::testing
