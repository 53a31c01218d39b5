#include "broker/recent_reads.hpp"

#include <utility>

namespace eventmgr {

std::vector<recent_reads::entry> recent_reads::share(std::vector<std::shared_ptr<const event>> page) {
  std::vector<entry> shared;
  shared.reserve(page.size());
  std::vector<entry> dropped;  // ends, as `page` does, after the lock
  const std::lock_guard lock{mutex_};
  for (auto& record : page) {
    const log_place place{record->partition, record->seq};
    entry& known = known_[place];
    if (!known) {
      known = std::make_shared<const shared_event>(std::move(record));
      order_.push_back(place);
      bytes_ += known->bytes();
    }
    shared.push_back(known);
  }
  while (bytes_ > max_bytes_) {
    const auto oldest = known_.find(order_.front());
    bytes_ -= oldest->second->bytes();
    dropped.push_back(std::move(oldest->second));
    known_.erase(oldest);
    order_.pop_front();
  }
  return shared;
}

}  // namespace eventmgr
