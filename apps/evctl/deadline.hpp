#pragma once

#include <eventmgr/interrupt.hpp>

#include <chrono>
#include <memory>
#include <thread>

namespace eventmgr::evctl {

/// Ends what a client waits for at a deadline, or with the program's own interrupt. A thread watches both.
class deadline {
 public:
  deadline(const client::interrupt& program, std::chrono::milliseconds after);
  deadline(const deadline&) = delete;
  deadline& operator=(const deadline&) = delete;
  ~deadline();

  /// Raised by either; for the options of a client of its own.
  const std::shared_ptr<client::interrupt>& stop() const noexcept { return stop_; }

 private:
  const std::shared_ptr<client::interrupt> stop_{std::make_shared<client::interrupt>()};
  client::interrupt done_{};
  std::thread thread_;
};

}  // namespace eventmgr::evctl
