#include "long_work.hpp"

#include "json_text.hpp"
#include "waiting.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace eventmgr::evctl {
namespace {

constexpr std::chrono::milliseconds look_after{200};

bool may_come_back(errc code) noexcept {
  return code == errc::unreachable || code == errc::shutting_down || code == errc::store_unavailable ||
         code == errc::rate_limited;
}

}  // namespace

result<std::string> watch_work(const long_work& work, session& here) {
  progress_line line{here.shows_progress()};
  bool away = false;
  for (;;) {
    auto seen = work.look();
    if (seen) {
      away = false;
      if (work.is_over(*seen)) return seen;
      work.show(*seen, line);
    } else if (here.stop().raised() || !may_come_back(seen.error().code)) {
      return seen;
    } else if (!std::exchange(away, true)) {
      line.clear();
      here.say(seen.error().message + "; trying again until it answers");
    }
    if (!wait_for(look_after, here.stop())) return failure{errc::unreachable, "interrupted"};
  }
}

double rate_meter::see(std::uint64_t count) {
  const auto now = clock::now();
  if (began_ == clock::time_point{}) {
    began_ = now;
    first_ = count;
  }
  const std::chrono::duration<double> passed = now - began_;
  return passed.count() > 0 && count > first_ ? static_cast<double>(count - first_) / passed.count() : 0;
}

std::string rate_text(double per_second) {
  const int digits = per_second <= 0 || per_second >= 100 ? 0 : per_second < 1 ? 2 : 1;
  std::array<char, 32> text{};
  const auto [end, code] =
      std::to_chars(text.data(), text.data() + text.size(), per_second, std::chars_format::fixed, digits);
  return code == std::errc{} ? std::string{text.data(), end} : std::string{"?"};
}

std::uint64_t number_at(const std::string& json, std::string_view pointer) {
  const auto text = member_text(json, pointer).value_or("");
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace eventmgr::evctl
