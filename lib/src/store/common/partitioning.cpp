#include "store/common/partitioning.hpp"

namespace eventmgr {

partition_id partition_for(const topic_name& topic, std::uint16_t count) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : topic.str()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return {static_cast<std::uint16_t>(hash % count)};
}

}  // namespace eventmgr
