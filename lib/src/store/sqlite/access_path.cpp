#include "store/sqlite/access_path.hpp"

#include <algorithm>

namespace eventmgr::sqlite {

bool prefers_topic_index(const search_size& size) noexcept {
  const double density = static_cast<double>(std::max<std::uint64_t>(size.matching, 1)) /
                         static_cast<double>(std::max<std::uint64_t>(size.stored, 1));
  const double rows = std::min(static_cast<double>(size.stretch), static_cast<double>(size.wanted) / density);
  const double found = std::min(
      {static_cast<double>(size.wanted), static_cast<double>(size.matching), static_cast<double>(size.stretch)});
  return static_cast<double>(rows_per_seek * size.streams) + found < rows;
}

}  // namespace eventmgr::sqlite
