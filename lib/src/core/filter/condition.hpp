#pragma once

#include "core/filter/event_document.hpp"
#include "core/filter/glob.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace eventmgr {

/// What a value can be compared with.
using filter_scalar = std::variant<null_value, bool, json_number, std::string>;

enum class comparison : std::uint8_t { greater, greater_or_equal, less, less_or_equal };

struct is_any_of {
  std::vector<filter_scalar> values{};
  friend bool operator==(const is_any_of&, const is_any_of&) = default;
};
struct has_prefix {
  std::string text{};
  friend bool operator==(const has_prefix&, const has_prefix&) = default;
};
struct has_suffix {
  std::string text{};
  friend bool operator==(const has_suffix&, const has_suffix&) = default;
};
struct matches_glob {
  glob pattern{};
  friend bool operator==(const matches_glob&, const matches_glob&) = default;
};
struct compares {
  comparison how{};
  json_number bound{};
  friend bool operator==(const compares&, const compares&) = default;
};

/// Something that is said of a value that is there. It is false of a value of another kind than it speaks of: "10" is
/// no number that is greater than 9.
using assertion = std::variant<is_any_of, has_prefix, has_suffix, matches_glob, compares>;

/// What must be true of the value at a path: every part of it.
struct condition {
  static constexpr std::size_t max_alternatives = 100;
  static constexpr std::size_t max_text_bytes = 1024;

  std::optional<bool> exists{};
  std::vector<assertion> all_of{};  ///< an absent value has none of these
  std::vector<assertion> unless{};  ///< if there are any: not all of them may be true; of an absent value they are not

  bool holds(const document_value& value) const noexcept;

  friend bool operator==(const condition&, const condition&) = default;
};

}  // namespace eventmgr
