#include "store/sqlite/log_reader.hpp"

#include "store/sqlite/log_search.hpp"
#include "store/sqlite/reader.hpp"
#include "store/sqlite/topic_directory.hpp"

#include <algorithm>
#include <optional>

namespace eventmgr::sqlite {
namespace {

/// The most events that one call of `read_events` gives.
constexpr std::size_t max_places = 1000;

std::uint64_t bytes_of(const event& record) noexcept { return record.payload.size() + record.metadata.size(); }

/// A page up to its limits.
class page_builder {
 public:
  page_builder(log_page& page, const log_request& request)
      : page_{page}, max_events_{std::max<std::uint32_t>(request.max_events, 1)}, max_bytes_{request.max_bytes} {}

  bool full() const noexcept { return full_ || page_.events.size() >= max_events_; }

  /// Adds the event, or finds the page full.
  void add(event record) {
    bytes_ += bytes_of(record);
    if (!page_.events.empty() && bytes_ > max_bytes_) {
      full_ = true;
      return;
    }
    page_.scanned_through = record.seq;
    page_.events.push_back(std::make_shared<const event>(std::move(record)));
  }

 private:
  log_page& page_;
  const std::uint32_t max_events_;
  const std::uint64_t max_bytes_;
  std::uint64_t bytes_{0};
  bool full_{false};
};

void read_everything(reader& from, offset_range range, page_builder& page) {
  statement& rows = from.stretch();
  rows.bind(1, offset{range.first});
  rows.bind(2, offset{range.last});
  const scoped_run stretch{rows};
  while (!page.full() && rows.step()) page.add(from.record_of(rows));
}

void read_found(reader& from, const std::vector<std::uint64_t>& offsets, page_builder& page) {
  for (const std::uint64_t seq : offsets) {
    if (page.full()) return;
    if (auto record = from.at({seq})) page.add(std::move(*record));
  }
}

}  // namespace

log_page read_log(reader& from, const log_request& request, offset head, const topic_selection& topics) {
  log_page page;
  page.scanned_through = request.after;
  const offset last = std::min(request.through, head);
  if (request.after >= last) return page;
  offset_range range{request.after.value + 1, last.value};

  page_builder builder{page, request};
  if (topics.everything && request.priorities == priority_set::all()) {
    read_everything(from, range, builder);
  } else {
    const std::size_t most = std::max<std::size_t>(request.max_events, 1);
    const found_offsets found = find_offsets(from, {topics, request.priorities, head.value}, range, most);
    read_found(from, found.offsets, builder);
    range.last = found.searched_through;
  }
  if (!builder.full()) page.scanned_through = {range.last};
  return page;
}

place_page read_events(reader& from, const place_request& request, offset head) {
  place_page page;
  std::uint64_t bytes = 0;
  for (const offset place : request.places.first(std::min(request.places.size(), max_places))) {
    if (auto record = place > head ? std::nullopt : from.at(place)) {
      bytes += bytes_of(*record);
      if (!page.events.empty() && bytes > request.max_bytes) break;
      page.events.push_back(std::make_shared<const event>(std::move(*record)));
    }
    ++page.looked_at;
  }
  return page;
}

}  // namespace eventmgr::sqlite
