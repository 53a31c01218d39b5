#include "config/value.hpp"

#include <eventmgr/time.hpp>

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace eventmgr::config {

namespace {

struct size_unit {
  std::string_view suffix;
  std::uint64_t bytes;
};

constexpr std::array size_units{size_unit{"GiB", 1ULL << 30U}, size_unit{"MiB", 1ULL << 20U},
                                size_unit{"KiB", 1ULL << 10U}};

}  // namespace

std::optional<bool> parse_boolean(std::string_view text) noexcept {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<std::uint64_t> parse_whole_number(std::string_view text) noexcept {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  std::uint64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> parse_size(std::string_view text) noexcept {
  std::uint64_t unit = 1;
  for (const auto& candidate : size_units) {
    if (text.ends_with(candidate.suffix)) {
      unit = candidate.bytes;
      text.remove_suffix(candidate.suffix.size());
      break;
    }
  }
  const auto count = parse_whole_number(text);
  if (!count || *count > std::numeric_limits<std::uint64_t>::max() / unit) return std::nullopt;
  return *count * unit;
}

std::optional<std::chrono::milliseconds> parse_milliseconds(std::string_view text) noexcept {
  if (const auto count = parse_whole_number(text)) {
    if (!std::in_range<std::chrono::milliseconds::rep>(*count)) return std::nullopt;
    return std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(*count)};
  }
  return parse_duration(text);
}

std::string format_size(std::uint64_t bytes) {
  for (const auto& unit : size_units) {
    if (bytes != 0 && bytes % unit.bytes == 0) return std::to_string(bytes / unit.bytes) + std::string{unit.suffix};
  }
  return std::to_string(bytes);
}

}  // namespace eventmgr::config
