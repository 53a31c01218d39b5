#include "broker/delivery/retry_shelf.hpp"

#include <algorithm>
#include <map>

namespace eventmgr {

namespace {

// Of payloads and metadata, fetched at once.
constexpr std::uint64_t retry_page_bytes = 512ULL << 10U;

}  // namespace

void retry_shelf::stock(exception_table& from, lane_set& lanes, const std::function<void(bool store_failed)>& fetched) {
  // What is being fetched may be large: how much room is left is known when it is here.
  if (fetching_ > 0) return;
  std::map<partition_id, std::vector<offset>> missing;
  const time_point now = context_.ports.time.now();
  while (size() < most && held_bytes_ < most_bytes) {
    const exception_entry* due = from.take_due(now);
    if (!due) break;
    if (const shared_event* entry = context_.flow.ring(due->place.partition).find(due->place.seq)) {
      add(*due, lanes, entry->record(), entry->shared_json());
    } else {
      missing[due->place.partition].push_back(due->place.seq);
      ++fetching_;
    }
  }
  for (auto& [partition, places] : missing) fetch(partition, std::move(places), from, lanes, fetched);
}

void retry_shelf::add(const exception_entry& entry, lane_set& lanes, std::shared_ptr<const event> record,
                      std::shared_ptr<const std::string> json) {
  lane_feed& lane = lanes.of(entry.place.partition, entry.lane);
  ready_.push_back({.place = entry.place,
                    .lane = lane.shared_from_this(),
                    .record = std::move(record),
                    .json = std::move(json),
                    .attempt = entry.attempts + 1,
                    .from_exception = true,
                    .ordering = entry.ordering});
  held_bytes_ += bytes_of(ready_.back());
}

std::uint64_t retry_shelf::bytes_of(const flight& item) noexcept {
  return item.record->payload.size() + item.record->metadata.size() + item.json->size();
}

void retry_shelf::fetch(partition_id partition, std::vector<offset> places, exception_table& from, lane_set& lanes,
                        const std::function<void(bool store_failed)>& fetched) {
  context_.executors.readers.post([this, alive = alive_, &store = context_.ports.store, &reads = context_.reads,
                                   &core = context_.executors.core, partition, places = std::move(places), &from,
                                   &lanes, fetched] {
    std::vector<recent_reads::entry> found;
    std::size_t looked_at = 0;
    bool failed = false;
    try {
      place_page page = store.read_events({.partition = partition, .places = places, .max_bytes = retry_page_bytes});
      looked_at = page.looked_at;
      found = reads.share(std::move(page.events));
      // Encoded here, not on the core's thread.
      for (const recent_reads::entry& each : found) (void)each->shared_json();
    } catch (const error&) {
      failed = true;
    }
    core.post([this, alive, partition, places, &from, &lanes, fetched, found = std::move(found), looked_at, failed] {
      if (!*alive) return;
      fetching_ -= places.size();
      for (const recent_reads::entry& each : found) {
        const exception_entry* entry = from.find({partition, each->record()->seq});
        if (entry) add(*entry, lanes, each->record(), each->shared_json());
      }
      // All of them, where the store failed.
      for (std::size_t i = looked_at; i < places.size(); ++i) from.give_back({partition, places[i]});
      fetched(failed);
    });
  });
}

std::optional<flight> retry_shelf::take(const std::function<bool(const flight&)>& may) {
  const auto first = std::ranges::find_if(ready_, may);
  if (first == ready_.end()) return std::nullopt;
  flight item = std::move(*first);
  ready_.erase(first);
  held_bytes_ -= bytes_of(item);
  return item;
}

}  // namespace eventmgr
