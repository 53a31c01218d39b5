#pragma once

#include <eventmgr/event.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace eventmgr {

/// Which lane goes next: the most urgent that waits, but a waiting lane that was passed over for `fairness` events in a
/// row gets one. Among lanes that are due that way, the least urgent.
class lane_picker {
 public:
  static constexpr std::uint32_t fairness = 32;

  /// Of the lanes for which `waiting` is true; nullopt when none is. Counts it as picked. Only of the first `known`
  /// lanes can it be said; what the others were passed over for so far stays.
  std::optional<priority> pick(const std::array<bool, 4>& waiting, std::size_t known = 4) noexcept;

 private:
  std::array<std::uint32_t, 4> passed_over_{};
};

}  // namespace eventmgr
