#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace eventmgr::bench {

/// What the kernel says of a process.
struct process_usage {
  double cpu_seconds{0};  ///< user and system time since its start
  std::uint64_t rss_bytes{0};
  std::uint64_t anonymous_bytes{0};  ///< of these, what is no page of a file: what the program allocated
  std::uint64_t peak_bytes{0};       ///< the most that `rss_bytes` has been
};

/// nullopt if there is no such process.
std::optional<process_usage> usage_of(pid_t pid);

}  // namespace eventmgr::bench
