#include "bench/load/delivery_meter.hpp"

#include "bench/load/event_source.hpp"

namespace eventmgr::bench {

void delivery_meter::take(std::string_view text) {
  for_each_seq(text, [this](std::uint64_t seq) { take_seq(seq); });
  if (clock_ == nullptr) return;
  const auto now = clock_->now();
  for_each_stamp(text, [&](send_stamp intended) { times_.add(now - intended); });
}

void delivery_meter::take_seq(std::uint64_t seq) {
  if (seq == watched_ && !before_watched_) before_watched_ = events_;
  if (seq < last_seq_) ++overtaken_;
  last_seq_ = seq;
  if (seq >= seen_.size()) seen_.resize(seq + seq / 2 + 1024);
  if (seen_[seq]) {
    ++repeats_;
  } else {
    seen_[seq] = true;
    ++events_;
  }
}

}  // namespace eventmgr::bench
