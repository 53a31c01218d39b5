#pragma once

#include "ports/alarm.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace eventmgr {

/// An alarm on the thread that runs an `io_context`.
class asio_alarm final : public alarm {
 public:
  explicit asio_alarm(boost::asio::io_context& context);
  ~asio_alarm() override;
  asio_alarm(const asio_alarm&) = delete;
  asio_alarm& operator=(const asio_alarm&) = delete;

  void set(std::chrono::steady_clock::time_point when, std::function<void()> ring) override;
  void cancel() override;

 private:
  struct state;

  const std::shared_ptr<state> state_;
};

}  // namespace eventmgr
