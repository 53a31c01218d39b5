#include "runtime/system_ports.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace eventmgr {

time_point system_clock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::chrono::steady_clock::time_point system_clock::steady_now() const { return std::chrono::steady_clock::now(); }

process_usage system_probe::usage() const {
  process_usage usage;
  std::uint64_t total_pages = 0;
  std::uint64_t resident_pages = 0;
  if (std::ifstream statm{"/proc/self/statm"}; statm >> total_pages >> resident_pages) {
    usage.resident_bytes = resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  }
  rusage spent{};
  if (::getrusage(RUSAGE_SELF, &spent) == 0) {
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    usage.cpu_seconds = seconds(spent.ru_utime) + seconds(spent.ru_stime);
  }
  return usage;
}

}  // namespace eventmgr
