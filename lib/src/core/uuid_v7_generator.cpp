#include "core/uuid_v7_generator.hpp"

#include <eventmgr/error.hpp>

#include <sys/random.h>

#include <algorithm>

namespace eventmgr {
namespace {

/// Adds a step of 1 to 2^32 to the 80-bit number. True if its low 74 bits, which are all that an id shows, ran over.
bool step_up(std::array<std::uint8_t, 10>& number, std::uint64_t step) noexcept {
  std::uint64_t carry = step;
  for (std::size_t i = number.size(); i-- > 0 && carry != 0;) {
    carry += number[i];
    number[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8U;
  }
  const bool ran_over = (number[0] & 0xFCU) != 0;
  number[0] &= 3U;
  return ran_over;
}

}  // namespace

std::array<std::uint8_t, 10> uuid_v7_generator::draw() {
  if (used_ + 10 > pool_.size()) {
    if (getrandom(pool_.data(), pool_.size(), 0) != static_cast<ssize_t>(pool_.size())) {
      throw error{{errc::internal, "the kernel gives no random numbers"}};
    }
    used_ = 0;
  }
  std::array<std::uint8_t, 10> bytes;
  std::copy_n(pool_.begin() + static_cast<std::ptrdiff_t>(used_), bytes.size(), bytes.begin());
  used_ += bytes.size();
  bytes[0] &= 3U;
  return bytes;
}

uuid uuid_v7_generator::next(std::int64_t unix_ms) {
  const auto random = draw();
  if (unix_ms > last_ms_) {
    last_ms_ = unix_ms;
    last_random_ = random;
  } else {
    std::uint64_t step = 1;
    for (std::size_t i = 0; i < 4; ++i) step += static_cast<std::uint64_t>(random[i + 6]) << (8 * i);
    if (step_up(last_random_, step)) ++last_ms_;
  }
  return make_uuid_v7(last_ms_, last_random_);
}

}  // namespace eventmgr
