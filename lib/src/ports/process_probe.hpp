#pragma once

#include <cstdint>

namespace eventmgr {

/// What this process takes from its machine.
struct process_usage {
  std::uint64_t resident_bytes{0};
  double cpu_seconds{0};  ///< user and system, all threads
};

/// Where the broker reads that. Thread-safe.
class process_probe {
 public:
  virtual ~process_probe() = default;
  virtual process_usage usage() const = 0;
};

}  // namespace eventmgr
