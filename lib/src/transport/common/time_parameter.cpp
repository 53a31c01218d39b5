#include "transport/common/time_parameter.hpp"

#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

namespace eventmgr::transport {

std::optional<time_point> parse_moment(std::string_view text, time_point now) noexcept {
  if (const auto at = parse_rfc3339(text)) return at;
  if (const auto back = parse_duration(text)) return now - *back;
  return std::nullopt;
}

std::optional<start_point> parse_start(std::string_view text, time_point now) {
  if (text == "now") return start_now{};
  if (text == "earliest") return start_earliest{};
  if (const auto at = parse_moment(text, now)) return *at;

  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return offset{number};

  if (auto place = parse_position(text)) return std::move(*place);
  return std::nullopt;
}

}  // namespace eventmgr::transport
