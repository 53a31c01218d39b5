#include "delivery/webhook/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <system_error>

namespace eventmgr::delivery {
namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Takes a date apart from the front; the first thing that does not fit spoils all that follows.
class date_reader {
 public:
  explicit date_reader(std::string_view text) : rest_{text} {}

  /// Exactly so many digits.
  unsigned number(std::size_t digits) {
    unsigned value = 0;
    if (rest_.size() < digits) return spoil();
    const auto [end, code] = std::from_chars(rest_.data(), rest_.data() + digits, value);
    if (code != std::errc{} || end != rest_.data() + digits) return spoil();
    rest_.remove_prefix(digits);
    return value;
  }

  unsigned month() {
    const auto found = std::ranges::find(months, rest_.substr(0, 3));
    if (found == months.end()) return spoil();
    rest_.remove_prefix(3);
    return static_cast<unsigned>(found - months.begin()) + 1;
  }

  void skip(std::string_view text) {
    if (rest_.starts_with(text)) {
      rest_.remove_prefix(text.size());
    } else {
      spoil();
    }
  }

  bool skip_if(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void time_of_day(std::chrono::seconds& out) {
    const auto hours = number(2);
    skip(":");
    const auto minutes = number(2);
    skip(":");
    const auto seconds = number(2);
    if (hours > 23 || minutes > 59 || seconds > 60) spoil();  // 60: a leap second
    out = std::chrono::hours{hours} + std::chrono::minutes{minutes} + std::chrono::seconds{seconds};
  }

  bool at_end() const { return good_ && rest_.empty(); }

 private:
  unsigned spoil() {
    good_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool good_{true};
};

int year_of_two_digits(unsigned digits, time_point now) {
  const auto today = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(now)};
  const int this_year = static_cast<int>(today.year());
  int year = this_year - this_year % 100 + static_cast<int>(digits);
  if (year > this_year + 50) year -= 100;
  return year;
}

}  // namespace

std::optional<time_point> parse_http_date(std::string_view text, time_point now) noexcept {
  const auto comma = text.find(',');
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  std::chrono::seconds since_midnight{0};
  constexpr std::size_t weekday_and_space = 4;
  const auto begin = comma == std::string_view::npos ? weekday_and_space : comma + 1;
  date_reader in{text.substr(std::min(begin, text.size()))};
  if (comma == std::string_view::npos) {
    month = in.month();
    in.skip(" ");
    day = in.skip_if(' ') ? in.number(1) : in.number(2);
    in.skip(" ");
    in.time_of_day(since_midnight);
    in.skip(" ");
    year = static_cast<int>(in.number(4));
  } else {
    in.skip(" ");
    day = in.number(2);
    const bool obsolete = in.skip_if('-');
    if (!obsolete) in.skip(" ");
    month = in.month();
    in.skip(obsolete ? "-" : " ");
    year = obsolete ? year_of_two_digits(in.number(2), now) : static_cast<int>(in.number(4));
    in.skip(" ");
    in.time_of_day(since_midnight);
    in.skip(" GMT");
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!in.at_end() || !date.ok()) return std::nullopt;
  return time_point{std::chrono::sys_days{date} + since_midnight};
}

}  // namespace eventmgr::delivery
