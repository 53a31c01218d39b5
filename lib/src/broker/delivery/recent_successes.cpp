#include "broker/delivery/recent_successes.hpp"

#include <bit>
#include <functional>

namespace eventmgr {

std::size_t recent_successes::bucket_of(subscription_id subscription, log_place place) const noexcept {
  std::uint64_t mixed = std::hash<subscription_id>{}(subscription);
  mixed += (place.seq.value << 16U | place.partition.value) * 0x9E3779B97F4A7C15ULL;
  mixed ^= mixed >> 32U;
  mixed *= 0xD6E8FEB86659FD93ULL;
  mixed ^= mixed >> 32U;
  return static_cast<std::size_t>(mixed) & (buckets_.size() - 1);
}

void recent_successes::add(const recent_success& what) {
  if (buckets_.empty()) buckets_.assign(std::bit_ceil(capacity_), none);
  auto place = static_cast<std::uint32_t>(slots_.size());
  if (slots_.size() < capacity_) {
    slots_.push_back({.what = what});
  } else {
    place = oldest_;
    unlink(place);
    slots_[place].what = what;
    oldest_ = oldest_ + 1 == slots_.size() ? 0 : oldest_ + 1;
  }
  std::uint32_t& newest = buckets_[bucket_of(what.subscription, what.place)];
  slots_[place].next = newest;
  newest = place;
}

void recent_successes::unlink(std::uint32_t which) noexcept {
  const slot& leaving = slots_[which];
  std::uint32_t* link = &buckets_[bucket_of(leaving.what.subscription, leaving.what.place)];
  while (*link != which) link = &slots_[*link].next;
  *link = leaving.next;
}

const recent_success* recent_successes::find(subscription_id subscription, log_place place) const noexcept {
  if (buckets_.empty()) return nullptr;
  for (std::uint32_t at = buckets_[bucket_of(subscription, place)]; at != none; at = slots_[at].next) {
    const recent_success& what = slots_[at].what;
    if (what.subscription == subscription && what.place == place) return &what;
  }
  return nullptr;
}

}  // namespace eventmgr
