#pragma once

#include <eventmgr/id.hpp>

#include <array>
#include <cstdint>

namespace eventmgr {

/// Makes UUIDv7s, each greater than the one before: within a millisecond, or while the time given steps back, it counts
/// on from the last id by a random step (RFC 9562, section 6.2, method 2). For one thread.
class uuid_v7_generator {
 public:
  /// The random numbers come from the kernel. Throws `error` with `internal` if it has none to give.
  uuid next(std::int64_t unix_ms);

 private:
  std::array<std::uint8_t, 10> draw();

  static constexpr std::size_t pool_size = 250;  // getrandom never gives less of what is at most 256 bytes

  std::array<std::uint8_t, pool_size> pool_{};
  std::size_t used_{pool_size};
  std::int64_t last_ms_{-1};
  std::array<std::uint8_t, 10> last_random_{};
};

}  // namespace eventmgr
