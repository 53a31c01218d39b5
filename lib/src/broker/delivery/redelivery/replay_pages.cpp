#include "broker/delivery/redelivery/replay_pages.hpp"

#include <utility>

namespace eventmgr {

std::shared_ptr<const replay_selection::page> replay_pages::read(partition_id partition, offset after, offset through) {
  {
    const std::lock_guard lock{mutex_};
    for (const kept& each : pages_) {
      if (each.partition == partition && each.after == after && each.through == through) return each.page;
    }
  }
  auto made = what_->read(partition, after, through, page_size);
  std::uint64_t bytes = 0;
  for (auto& each : made.events) {
    each.json = std::make_shared<const std::string>(to_json(*each.record));
    bytes += each.json->size() + each.record->payload.size() + each.record->metadata.size();
  }
  auto page = std::make_shared<const replay_selection::page>(std::move(made));
  // Nobody else comes for it.
  if (what_->subscriptions() == 1) return page;
  keep({.partition = partition, .after = after, .through = through, .page = page, .bytes = bytes});
  return page;
}

void replay_pages::keep(kept one) {
  const std::lock_guard lock{mutex_};
  bytes_ += one.bytes;
  pages_.push_back(std::move(one));
  while (bytes_ > max_bytes) {
    bytes_ -= pages_.front().bytes;
    pages_.pop_front();
  }
}

}  // namespace eventmgr
