#pragma once

#include <eventmgr/event.hpp>

#include <cstdint>

namespace eventmgr {

/// Some of the four priorities.
class priority_set {
 public:
  /// None of them.
  constexpr priority_set() = default;

  static constexpr priority_set all() noexcept { return at_least(priority::low); }

  /// That priority and the more urgent ones.
  static constexpr priority_set at_least(priority least) noexcept {
    priority_set made;
    made.bits_ = static_cast<std::uint8_t>((2U << static_cast<unsigned>(least)) - 1U);
    return made;
  }

  constexpr void add(priority value) noexcept { bits_ = static_cast<std::uint8_t>(bits_ | bit(value)); }
  constexpr bool has(priority value) const noexcept { return (bits_ & bit(value)) != 0; }
  constexpr bool empty() const noexcept { return bits_ == 0; }

  friend constexpr priority_set operator&(priority_set a, priority_set b) noexcept {
    a.bits_ = static_cast<std::uint8_t>(a.bits_ & b.bits_);
    return a;
  }
  friend constexpr bool operator==(priority_set, priority_set) = default;

 private:
  static constexpr unsigned bit(priority value) noexcept { return 1U << static_cast<unsigned>(value); }

  std::uint8_t bits_{0};
};

}  // namespace eventmgr
