#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace eventmgr {

/// The names of an enumeration whose values count from 0, in their order.
template <class Enum, std::size_t Count>
struct name_table {
  std::array<std::string_view, Count> names{};

  /// Of a value that the table names.
  constexpr std::string_view name_of(Enum value) const noexcept { return names[static_cast<std::size_t>(value)]; }

  /// Exactly as it is written; nullopt for anything else.
  constexpr std::optional<Enum> find(std::string_view text) const noexcept {
    for (std::size_t i = 0; i < Count; ++i) {
      if (names[i] == text) return static_cast<Enum>(i);
    }
    return std::nullopt;
  }
};

}  // namespace eventmgr
