#include "store/sqlite/log_count.hpp"

#include "store/sqlite/access_path.hpp"
#include "store/sqlite/reader.hpp"
#include "store/sqlite/topic_directory.hpp"
#include "store/sqlite/topic_merge.hpp"

#include <algorithm>

namespace eventmgr::sqlite {
namespace {

/// Offsets that are merged from the index of topics at once.
constexpr std::size_t merged_at_once = 8192;

/// The part of the log that is kept and that a request is about.
offset_range range_of(const log_request& request, const partition_state& log) {
  return {std::max(request.after.value + 1, log.first.value), std::min(request.through.value, log.head.value)};
}

bool selects_all(const log_request& request, const topic_selection& topics) {
  return topics.everything && request.priorities == priority_set::all();
}

/// Whether seeking to each stream of the index costs more than reading the whole stretch.
bool is_short(const log_request& request, const topic_selection& topics, offset_range range) {
  return range.size() < rows_per_seek * topics.keys.size() * index_levels(request.priorities).size();
}

/// Goes through the matches in the range, in the order asked for, until `visit(seq)` is false.
template <class Visit>
void scan(reader& from, const log_request& request, const topic_selection& topics, offset_range range, sort_order order,
          Visit visit) {
  statement& rows = from.stretch_names(order);
  rows.bind(1, offset{range.first});
  rows.bind(2, offset{range.last});
  const scoped_run stretch{rows};
  while (rows.step()) {
    if (!request.priorities.has(static_cast<priority>(rows.integer(2)))) continue;
    if (!topics.everything && !std::ranges::binary_search(topics.keys, rows.integer(1))) continue;
    if (!visit(static_cast<std::uint64_t>(rows.integer(0)))) return;
  }
}

std::uint64_t count_in_index(reader& from, const log_request& request, const topic_selection& topics,
                             offset_range range) {
  std::uint64_t count = 0;
  statement& counting = from.topic_count();
  counting.bind(3, offset{range.first});
  counting.bind(4, offset{range.last});
  const std::vector<std::int64_t> levels = index_levels(request.priorities);
  for (const std::int64_t topic : topics.keys) {
    counting.bind(1, topic);
    for (const std::int64_t level : levels) {
      counting.bind(2, level);
      const scoped_run stream{counting};
      if (counting.step()) count += static_cast<std::uint64_t>(counting.integer(0));
    }
  }
  return count;
}

}  // namespace

std::uint64_t count_log(reader& from, const log_request& request, const partition_state& log,
                        const topic_selection& topics) {
  const offset_range range = range_of(request, log);
  if (range.empty() || selects_all(request, topics)) return range.size();
  if (!is_short(request, topics, range)) return count_in_index(from, request, topics, range);
  std::uint64_t count = 0;
  scan(from, request, topics, range, sort_order::ascending, [&](std::uint64_t /*seq*/) {
    ++count;
    return true;
  });
  return count;
}

offset place_of_last(reader& from, const log_request& request, std::uint64_t count, const partition_state& log,
                     const topic_selection& topics) {
  const offset_range range = range_of(request, log);
  if (range.empty()) return request.after;
  if (count == 0) return {range.last};
  if (selects_all(request, topics)) return {count <= range.size() ? range.last - count : request.after.value};
  offset place = request.after;
  if (is_short(request, topics, range)) {
    scan(from, request, topics, range, sort_order::descending, [&](std::uint64_t seq) {
      if (--count == 0) place = {seq - 1};
      return count != 0;
    });
    return place;
  }
  topic_merge newest{from, topics.keys, index_levels(request.priorities), range, sort_order::descending};
  while (count != 0) {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(count, merged_at_once));
    const std::vector<std::uint64_t> found = newest.next(most);
    count -= found.size();
    if (count == 0) place = {found.back() - 1};
    if (found.size() < most) break;
  }
  return place;
}

}  // namespace eventmgr::sqlite
