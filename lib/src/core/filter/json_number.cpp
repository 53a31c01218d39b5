#include "core/filter/json_number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace eventmgr {
namespace {

constexpr double two_to_64 = 18446744073709551616.0;

/// Whether a number that no double can hold is so for being too great; else it is too near to 0.
bool is_too_great(std::string_view unsigned_text) noexcept {
  const std::size_t mantissa_size = std::min(unsigned_text.find_first_of("eE"), unsigned_text.size());
  const std::string_view mantissa = unsigned_text.substr(0, mantissa_size);
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first_digit = static_cast<std::int64_t>(std::min(mantissa.find_first_of("123456789"), mantissa.size()));

  std::int64_t exponent = 0;
  std::string_view digits = unsigned_text.substr(mantissa_size);
  if (!digits.empty()) digits.remove_prefix(digits.size() > 1 && digits[1] == '+' ? 2 : 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  if (error == std::errc::result_out_of_range) return digits.front() != '-';
  return exponent > first_digit - point;
}

std::strong_ordering order(double a, double b) noexcept {
  if (a < b) return std::strong_ordering::less;
  return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

}  // namespace

json_number json_number::of(double value) noexcept {
  json_number made;
  if (std::abs(value) < two_to_64 && std::trunc(value) == value) {
    made.magnitude_ = static_cast<std::uint64_t>(std::abs(value));
    made.is_negative_ = value < 0;
  } else {
    made.is_whole_ = false;
    made.real_ = value;
  }
  return made;
}

json_number json_number::parse(std::string_view text) noexcept {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const char* const last = text.data() + text.size();

  json_number whole;
  if (const auto [end, error] = std::from_chars(text.data(), last, whole.magnitude_);
      error == std::errc{} && end == last) {
    whole.is_negative_ = is_negative && whole.magnitude_ != 0;
    return whole;
  }
  double value = 0;
  if (std::from_chars(text.data(), last, value).ec == std::errc::result_out_of_range) {
    value = is_too_great(text) ? std::numeric_limits<double>::infinity() : 0.0;
  }
  return of(is_negative ? -value : value);
}

bool json_number::is_finite() const noexcept { return is_whole_ || std::isfinite(real_); }

std::strong_ordering operator<=>(const json_number& a, const json_number& b) noexcept {
  if (!a.is_whole_ && !b.is_whole_) return order(a.real_, b.real_);
  // A whole number and another are never equal: that one has a fraction, or is too great to be whole here.
  if (!a.is_whole_) return b < a ? std::strong_ordering::greater : std::strong_ordering::less;
  if (!b.is_whole_) {
    if (std::abs(b.real_) >= two_to_64) return order(0, b.real_);
    // Where doubles have fractions, they hold the whole part exactly.
    return a <= json_number::of(std::floor(b.real_)) ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  if (a.is_negative_ != b.is_negative_) {
    return a.is_negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return a.is_negative_ ? b.magnitude_ <=> a.magnitude_ : a.magnitude_ <=> b.magnitude_;
}

std::string to_string(const json_number& value) {
  std::array<char, 32> text{};
  char* const last = text.data() + text.size();
  if (!value.is_whole_) return {text.data(), std::to_chars(text.data(), last, value.real_).ptr};
  std::string out{text.data(), std::to_chars(text.data(), last, value.magnitude_).ptr};
  if (value.is_negative_) out.insert(out.begin(), '-');
  return out;
}

}  // namespace eventmgr
