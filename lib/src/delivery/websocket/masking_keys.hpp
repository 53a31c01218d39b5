#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace eventmgr::delivery {

/// Keys that nobody can foresee, as RFC 6455 wants them of a client: publishers choose what is masked. Drawn from the
/// system in stocks, for a draw costs more than a frame. Not thread-safe.
class masking_keys {
 public:
  std::uint32_t next();

 private:
  std::array<std::uint32_t, 128> stock_{};
  std::size_t used_{stock_.size()};
};

}  // namespace eventmgr::delivery
