#pragma once

#include "core/priority_set.hpp"
#include "store/sqlite/reader.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace eventmgr::sqlite {

struct topic_selection;

/// What a reader of the log looks for.
struct log_search {
  const topic_selection& topics;
  priority_set priorities;
  std::uint64_t stored{0};  ///< events in the store
};

/// Offsets in ascending order, and how far the search got: what else matches lies beyond.
struct found_offsets {
  std::vector<std::uint64_t> offsets{};
  std::uint64_t searched_through{0};
};

/// The first offsets in the range that match, at most `most`. Looks at a bounded number of rows, so that there may be
/// fewer, or none, although more follow. Chooses between the log and the index of topics by what it finds on the way.
/// Throws `sqlite_failure`.
found_offsets find_offsets(reader& from, const log_search& search, offset_range range, std::size_t most);

}  // namespace eventmgr::sqlite
