#include "transport/http/preferences.hpp"

#include "core/field_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace eventmgr::transport {

namespace {

result<std::chrono::seconds> read_seconds(std::string_view text) {
  if (text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  std::uint64_t seconds = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, seconds);
  const bool huge = error == std::errc::result_out_of_range;
  if (end != last || text.empty() || (error != std::errc{} && !huge)) {
    return failure{.code = errc::invalid_request,
                   .message = "Prefer: wait must be a number of seconds",
                   .details = {{.pointer = "/Prefer", .message = "wait must be a number of seconds"}}};
  }
  const auto most = static_cast<std::uint64_t>(longest_preferred_wait.count());
  if (huge) seconds = most;
  return std::chrono::seconds{static_cast<std::chrono::seconds::rep>(std::clamp<std::uint64_t>(seconds, 1, most))};
}

}  // namespace

result<std::optional<std::chrono::seconds>> preferred_wait(const header_fields& headers) {
  for (const auto& [name, value] : headers) {
    if (!header_fields::equal_ignoring_case(name, "Prefer")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      std::string_view preference = take_piece(rest, ',');
      std::string_view setting = take_piece(preference, ';');
      if (!header_fields::equal_ignoring_case(take_piece(setting, '='), "wait")) continue;
      const auto seconds = read_seconds(trim(setting));
      if (seconds.has_error()) return seconds.error();
      return std::optional{*seconds};
    }
  }
  return std::optional<std::chrono::seconds>{};
}

}  // namespace eventmgr::transport
