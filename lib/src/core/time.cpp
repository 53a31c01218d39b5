#include "core/time_range.hpp"

#include <eventmgr/time.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace eventmgr {
namespace {

using std::chrono::milliseconds;

/// Takes characters off the front of a text.
class reader {
 public:
  explicit reader(std::string_view text) noexcept : rest_{text} {}

  bool at_end() const noexcept { return rest_.empty(); }
  char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }

  bool take(char c) noexcept {
    if (peek() != c || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Exactly `count` digits; -1 if they are not there.
  int take_number(std::size_t count) noexcept {
    if (rest_.size() < count) return -1;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return -1;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

 private:
  std::string_view rest_;
};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// The digits after the point, at least one; -1 if there is none.
int take_fraction_ms(reader& in) noexcept {
  if (!is_digit(in.peek())) return -1;
  int value = 0;
  int digits = 0;
  for (; is_digit(in.peek()); ++digits) {
    const int digit = in.take_number(1);
    if (digits < 3) value = value * 10 + digit;
  }
  for (; digits < 3; ++digits) value *= 10;
  return value;
}

/// How far local time is ahead of UTC.
std::optional<std::chrono::minutes> take_zone(reader& in) noexcept {
  if (in.take('Z') || in.take('z')) return std::chrono::minutes{0};
  const bool west = in.take('-');
  if (!west && !in.take('+')) return std::nullopt;
  const int hours = in.take_number(2);
  if (!in.take(':')) return std::nullopt;
  const int minutes = in.take_number(2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  const std::chrono::minutes ahead{hours * 60 + minutes};
  return west ? -ahead : ahead;
}

struct unit {
  std::string_view name;
  std::int64_t ms;
};

// Largest first.
constexpr std::array<unit, 5> units{{{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
constexpr std::int64_t longest_ms = 36'500LL * 86'400'000;

void write_digits(char* out, unsigned value, std::size_t count) noexcept {
  while (count > 0) {
    out[--count] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

std::optional<time_point> parse_rfc3339(std::string_view text) noexcept {
  reader in{text};
  const int year = in.take_number(4);
  if (year < 0 || !in.take('-')) return std::nullopt;
  const int month = in.take_number(2);
  if (month < 0 || !in.take('-')) return std::nullopt;
  const int day = in.take_number(2);
  if (day < 0 || (!in.take('T') && !in.take('t'))) return std::nullopt;
  const int hour = in.take_number(2);
  if (hour < 0 || hour > 23 || !in.take(':')) return std::nullopt;
  const int minute = in.take_number(2);
  if (minute < 0 || minute > 59 || !in.take(':')) return std::nullopt;
  const int second = in.take_number(2);
  if (second < 0 || second > 60) return std::nullopt;
  const int fraction = in.take('.') ? take_fraction_ms(in) : 0;
  if (fraction < 0) return std::nullopt;
  const auto ahead = take_zone(in);
  if (!ahead || !in.at_end()) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 1 || !date.ok()) return std::nullopt;
  const auto of_day = std::chrono::hours{hour} + std::chrono::minutes{minute} - *ahead;
  const auto to_minute = time_point{std::chrono::sys_days{date}} + of_day;
  // Leap seconds are put in at the end of a day of UTC, nowhere else.
  if (second == 60 && to_minute != std::chrono::floor<std::chrono::days>(to_minute) + std::chrono::minutes{1439}) {
    return std::nullopt;
  }
  const time_point at = to_minute + std::chrono::seconds{second} + milliseconds{fraction};
  if (at < first_moment || at > last_moment) return std::nullopt;
  return at;
}

void append_rfc3339(std::string& out, time_point at) {
  at = std::clamp(at, first_moment, last_moment);
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const auto of_day = static_cast<unsigned>((at - day).count());

  std::array<char, 24> text{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0',
                            '0', ':', '0', '0', ':', '0', '0', '.', '0', '0', '0', 'Z'};
  write_digits(text.data(), static_cast<unsigned>(static_cast<int>(date.year())), 4);
  write_digits(text.data() + 5, static_cast<unsigned>(date.month()), 2);
  write_digits(text.data() + 8, static_cast<unsigned>(date.day()), 2);
  write_digits(text.data() + 11, of_day / 3'600'000, 2);
  write_digits(text.data() + 14, of_day / 60'000 % 60, 2);
  write_digits(text.data() + 17, of_day / 1000 % 60, 2);
  write_digits(text.data() + 20, of_day % 1000, 3);
  out.append(text.data(), text.size());
}

std::string format_rfc3339(time_point at) {
  std::string text;
  append_rfc3339(text, at);
  return text;
}

std::optional<milliseconds> parse_duration(std::string_view text) noexcept {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view name{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  const auto found = std::ranges::find(units, name, &unit::name);
  if (found == units.end() || count > longest_ms / found->ms) return std::nullopt;
  return milliseconds{count * found->ms};
}

std::string format_duration(milliseconds duration) {
  const std::int64_t ms = duration.count();
  const auto found = std::ranges::find_if(units, [ms](const unit& candidate) { return ms % candidate.ms == 0; });
  return std::to_string(ms / found->ms) + std::string{found->name};
}

}  // namespace eventmgr
