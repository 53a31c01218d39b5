#include "store/sqlite/wal_policy.hpp"

#include <algorithm>

namespace eventmgr::sqlite {
namespace {

/// Left to the writer without another pass: a few milliseconds of its time.
constexpr std::uint32_t small_rest = 256;

}  // namespace

wal_policy::wal_policy(std::uint32_t start_at, std::uint32_t force_at) noexcept
    : start_at_{std::max(start_at, 8U)},
      force_at_{std::max(force_at, start_at_ + 1)},
      insist_at_{force_at_ > UINT32_MAX / 4 ? UINT32_MAX : force_at_ * 4},
      next_start_{start_at_},
      next_force_{force_at_} {}

wal_advice wal_policy::committed(std::uint32_t frames) noexcept {
  if (frames < frames_) {
    next_start_ = start_at_;
    next_force_ = force_at_;
    if (phase_ == phase::nearly_done) phase_ = phase::idle;
  }
  frames_ = frames;
  if (frames_ >= next_force_) return frames_ >= insist_at_ ? wal_advice::insist : wal_advice::force;
  if (phase_ == phase::nearly_done) return wal_advice::finish;
  if (phase_ == phase::idle && frames_ >= next_start_) {
    phase_ = phase::copying;
    last_rest_ = UINT32_MAX;
  }
  return wal_advice::none;
}

void wal_policy::copied(std::uint32_t done) noexcept {
  if (phase_ != phase::copying) return;
  const std::uint32_t rest = frames_ - std::min(frames_, done);
  const bool shrinking = rest < last_rest_ - last_rest_ / 4;
  last_rest_ = rest;
  if (rest <= small_rest) {
    phase_ = phase::nearly_done;
  } else if (!shrinking) {
    // Commits are as fast as the copying, or a reader holds an old state. What is worth the writer's while it does;
    // otherwise the log has to grow some more first.
    phase_ = rest <= start_at_ / 4 ? phase::nearly_done : phase::idle;
    next_start_ = frames_ + start_at_ / 8;
  }
}

void wal_policy::finished(wal_advice advice) noexcept {
  phase_ = phase::idle;
  // These hold where the log was not started afresh after all, because a reader was in the way.
  next_start_ = std::max(start_at_, frames_ + start_at_ / 8);
  if (advice != wal_advice::finish) next_force_ = frames_ + start_at_ / 2;
}

}  // namespace eventmgr::sqlite
