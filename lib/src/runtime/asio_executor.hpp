#pragma once

#include "ports/executor.hpp"

#include <functional>

namespace boost::asio {
class io_context;
}

namespace eventmgr {

/// Posts to an `io_context` that one thread runs.
class asio_executor final : public executor {
 public:
  explicit asio_executor(boost::asio::io_context& context) : context_{context} {}

  void post(std::function<void()> work) override;

 private:
  boost::asio::io_context& context_;
};

}  // namespace eventmgr
