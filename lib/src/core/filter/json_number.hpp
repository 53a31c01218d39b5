#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace eventmgr {

/// A number as JSON writes it. Whole numbers of 64 bits, with either sign, are kept and compared exactly; of anything
/// else the nearest double is kept. Numbers of both kinds are ordered by their value.
class json_number {
 public:
  json_number() = default;

  /// Reads a number that keeps to the grammar of RFC 8259. One beyond the range of a double is infinite.
  static json_number parse(std::string_view text) noexcept;

  bool is_finite() const noexcept;

  friend bool operator==(const json_number& a, const json_number& b) noexcept { return std::is_eq(a <=> b); }
  friend std::strong_ordering operator<=>(const json_number& a, const json_number& b) noexcept;

 private:
  friend std::string to_string(const json_number& value);

  static json_number of(double value) noexcept;

  bool is_whole_{true};
  bool is_negative_{false};     ///< of a whole number; never of 0
  std::uint64_t magnitude_{0};  ///< of a whole number
  double real_{0};              ///< of any other: it has a fraction, or no 64 bits hold it
};

/// A spelling that reads back as the same number. The number must be finite.
std::string to_string(const json_number& value);

}  // namespace eventmgr
