#pragma once

#include "ports/clock.hpp"
#include "ports/process_probe.hpp"

namespace eventmgr {

/// The machine's clocks.
class system_clock final : public clock {
 public:
  time_point now() const override;
  std::chrono::steady_clock::time_point steady_now() const override;
};

/// This process, as /proc shows it.
class system_probe final : public process_probe {
 public:
  process_usage usage() const override;
};

}  // namespace eventmgr
