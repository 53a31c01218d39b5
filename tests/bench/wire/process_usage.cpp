#include "bench/wire/process_usage.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace eventmgr::bench {

namespace {

std::uint64_t kib_field(const std::string& status, std::string_view name) {
  const auto at = status.find(name);
  if (at == std::string::npos) return 0;
  return std::strtoull(status.c_str() + at + name.size(), nullptr, 10) << 10U;
}

std::string read_whole(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::optional<process_usage> usage_of(pid_t pid) {
  const auto folder = "/proc/" + std::to_string(pid);
  const auto stat = read_whole(folder + "/stat");
  const auto status = read_whole(folder + "/status");
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos || status.empty()) return std::nullopt;

  // utime and stime are fields 14 and 15; the one after the name is field 3.
  std::istringstream fields(stat.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  fields >> user >> system;

  process_usage usage;
  usage.cpu_seconds = static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  usage.rss_bytes = kib_field(status, "VmRSS:");
  usage.anonymous_bytes = kib_field(status, "RssAnon:");
  usage.peak_bytes = kib_field(status, "VmHWM:");
  return usage;
}

}  // namespace eventmgr::bench
