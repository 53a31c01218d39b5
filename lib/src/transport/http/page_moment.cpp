#include "transport/http/page_moment.hpp"

#include "core/time_range.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <system_error>

namespace eventmgr::transport {

namespace {

constexpr char moment_mark = '.';

}  // namespace

page_moment::page_moment(time_point now, std::string& cursor) : at_{now} {
  const auto mark = cursor.rfind(moment_mark);
  // A moment alone stays what it is, no cursor: without it, the text would ask for the first page.
  if (mark == std::string::npos || mark == 0) return;
  std::int64_t milliseconds = 0;
  const char* const end = cursor.data() + cursor.size();
  const auto [stop, error] = std::from_chars(cursor.data() + mark + 1, end, milliseconds);
  const time_point at{std::chrono::milliseconds{milliseconds}};
  if (error != std::errc{} || stop != end || milliseconds < 0 || at > last_moment) return;
  at_ = at;
  cursor.resize(mark);
}

std::string page_moment::seal(std::string cursor) const {
  if (!cursor.empty()) cursor.append(1, moment_mark).append(std::to_string(at_.time_since_epoch().count()));
  return cursor;
}

}  // namespace eventmgr::transport
