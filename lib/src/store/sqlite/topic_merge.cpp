#include "store/sqlite/topic_merge.hpp"

#include <algorithm>

namespace eventmgr::sqlite {

std::vector<std::int64_t> index_levels(priority_set priorities) {
  std::vector<std::int64_t> levels;
  for (const priority one : {priority::critical, priority::high, priority::normal, priority::low}) {
    if (priorities.has(one)) levels.push_back(static_cast<std::int64_t>(one));
  }
  return levels;
}

topic_merge::topic_merge(reader& from, std::span<const std::int64_t> topics, std::vector<std::int64_t> priorities,
                         offset_range range, sort_order order)
    : reader_{from}, topics_{topics}, priorities_{std::move(priorities)}, rest_{range}, order_{order} {}

std::vector<std::uint64_t> topic_merge::next(std::size_t most) {
  std::vector<std::uint64_t> found;
  offset_range bounds = rest_;
  statement& offsets = reader_.topic_offsets(order_);
  offsets.bind(5, static_cast<std::int64_t>(most));
  for (const std::int64_t topic : topics_) {
    offsets.bind(1, topic);
    for (const std::int64_t priority : priorities_) {
      if (bounds.empty()) break;
      offsets.bind(2, priority);
      offsets.bind(3, offset{bounds.first});
      offsets.bind(4, offset{bounds.last});
      const scoped_run stream{offsets};
      while (offsets.step()) found.push_back(static_cast<std::uint64_t>(offsets.integer(0)));
      if (found.size() >= 2 * most) keep_first(found, most, bounds);
    }
  }
  keep_first(found, most, bounds);
  std::ranges::sort(found, [this](auto a, auto b) { return comes_first(a, b); });
  if (found.size() < most) {
    rest_ = {};
  } else if (order_ == sort_order::ascending) {
    rest_.first = found.back() + 1;
  } else {
    rest_.last = found.back() - 1;
  }
  return found;
}

void topic_merge::keep_first(std::vector<std::uint64_t>& found, std::size_t most, offset_range& bounds) const {
  if (found.size() < most || most == 0) return;
  const auto last = found.begin() + static_cast<std::ptrdiff_t>(most - 1);
  std::ranges::nth_element(found, last, [this](auto a, auto b) { return comes_first(a, b); });
  if (order_ == sort_order::ascending) {
    bounds.last = *last - 1;
  } else {
    bounds.first = *last + 1;
  }
  found.resize(most);
}

}  // namespace eventmgr::sqlite
