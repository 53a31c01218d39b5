#include "store/sqlite/log_search.hpp"

#include "store/sqlite/access_path.hpp"
#include "store/sqlite/topic_directory.hpp"
#include "store/sqlite/topic_merge.hpp"

#include <algorithm>

namespace eventmgr::sqlite {
namespace {

/// Rows that one search scans: some tens of milliseconds.
constexpr std::uint64_t max_scan = 50'000;

/// Rows, at least, from which the density of matches is judged: half a millisecond.
constexpr std::uint64_t min_sample = 1024;

offset_range first_of(offset_range range, std::uint64_t count) {
  return {range.first, std::min(range.last, range.first + count - 1)};
}

/// Adds the matches in the range up to `most` in all, and notes how far it got.
void scan(reader& from, const log_search& search, offset_range range, std::size_t most, found_offsets& found) {
  statement& rows = from.stretch_names();
  rows.bind(1, offset{range.first});
  rows.bind(2, offset{range.last});
  const scoped_run stretch{rows};
  while (rows.step()) {
    if (!search.priorities.has(static_cast<priority>(rows.integer(2)))) continue;
    if (!search.topics.everything && !std::ranges::binary_search(search.topics.keys, rows.integer(1))) continue;
    found.offsets.push_back(static_cast<std::uint64_t>(rows.integer(0)));
    if (found.offsets.size() == most) {
      found.searched_through = found.offsets.back();
      return;
    }
  }
  found.searched_through = range.last;
}

/// The same by the index of topics, which skips what does not match.
void merge(reader& from, const log_search& search, offset_range range, std::size_t most, found_offsets& found) {
  topic_merge merged{from, search.topics.keys, index_levels(search.priorities), range, sort_order::ascending};
  const std::vector<std::uint64_t> more = merged.next(most - found.offsets.size());
  found.offsets.insert(found.offsets.end(), more.begin(), more.end());
  found.searched_through = found.offsets.size() == most ? found.offsets.back() : range.last;
}

}  // namespace

found_offsets find_offsets(reader& from, const log_search& search, offset_range range, std::size_t most) {
  found_offsets found;
  found.searched_through = range.first - 1;
  if (range.empty() || most == 0) return found;
  if (search.topics.keys.empty() || search.priorities.empty()) {
    found.searched_through = range.last;
    return found;
  }
  const std::uint64_t streams = search.topics.keys.size() * index_levels(search.priorities).size();
  const bool affordable = streams <= max_index_streams;
  if (affordable && prefers_topic_index({range.size(), search.stored, search.topics.events, streams, most})) {
    merge(from, search, range, most, found);
    return found;
  }
  const offset_range sample = first_of(range, std::max<std::uint64_t>(min_sample, 4 * most));
  scan(from, search, sample, most, found);
  if (found.offsets.size() == most || sample.last == range.last) return found;

  // How many of these were wanted tells more of what follows than averages over the whole log do.
  const offset_range rest{sample.last + 1, range.last};
  const std::uint64_t wanted = most - found.offsets.size();
  if (affordable && prefers_topic_index({rest.size(), sample.size(), found.offsets.size(), streams, wanted})) {
    merge(from, search, rest, most, found);
  } else {
    scan(from, search, first_of(rest, max_scan), most, found);
  }
  return found;
}

}  // namespace eventmgr::sqlite
