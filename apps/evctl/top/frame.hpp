#pragma once

#include "sample.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::evctl::top {

/// What the subscriptions are sorted by: the greatest first, names from a to z.
enum class sort_key : std::uint8_t { lag, rate, in_flight, retrying, dead, name };

inline constexpr std::string_view sort_names[] = {"lag", "rate", "inflight", "retrying", "dead", "name"};

std::optional<sort_key> parse_sort_key(std::string_view name) noexcept;
std::string_view to_string(sort_key key) noexcept;

/// The key of the keyboard that sorts so.
std::optional<sort_key> sort_key_of(char pressed) noexcept;

/// How a frame is to look.
struct view {
  std::size_t width{80};
  std::size_t height{24};  ///< 0: as many lines as there is to say
  sort_key sort{sort_key::lag};
  bool paused{false};
  bool keys{true};  ///< names the keys
  bool colour{false};
  std::string url{};
  std::string trouble{};  ///< why there is nothing newer than this; empty: all is well
};

/// The lines of the screen, none wider than the view and no more than it has room for. `before` is an earlier sample,
/// which rates are counted from; without it those that the daemon itself gives are shown.
std::vector<std::string> draw(const sample& seen, const sample* before, const view& how);

}  // namespace eventmgr::evctl::top
