#pragma once

#include "core/priority_set.hpp"
#include "store/sqlite/reader.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace eventmgr::sqlite {

/// Priorities as the index of topics spells them.
std::vector<std::int64_t> index_levels(priority_set priorities);

/// The offsets of some topics' events in order, merged from the index of topics: its work depends on the number of
/// topics and of offsets taken, not on how many other events lie between.
class topic_merge {
 public:
  /// `topics` must outlive it; `priorities` are those wanted.
  topic_merge(reader& from, std::span<const std::int64_t> topics, std::vector<std::int64_t> priorities,
              offset_range range, sort_order order);

  /// The next offsets, at most `most`; fewer only at the end.
  std::vector<std::uint64_t> next(std::size_t most);

 private:
  /// Keeps the `most` that come first, and narrows `bounds` to them.
  void keep_first(std::vector<std::uint64_t>& found, std::size_t most, offset_range& bounds) const;
  bool comes_first(std::uint64_t a, std::uint64_t b) const noexcept {
    return order_ == sort_order::ascending ? a < b : a > b;
  }

  reader& reader_;
  const std::span<const std::int64_t> topics_;
  const std::vector<std::int64_t> priorities_;
  offset_range rest_;
  const sort_order order_;
};

}  // namespace eventmgr::sqlite
