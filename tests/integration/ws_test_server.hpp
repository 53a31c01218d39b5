#pragma once

#include "tools/upgrade_listener.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cstdint>
#include <future>
#include <memory>
#include <thread>
#include <utility>

namespace eventmgr::test {

/// A WebSocket endpoint on loopback with a thread of its own.
class ws_test_server {
 public:
  /// Port 0 takes a free one.
  explicit ws_test_server(std::unique_ptr<transport::ws_endpoint> endpoint, std::uint16_t port = 0)
      : endpoint_{std::move(endpoint)}, listener_{context_.get_executor(), port, *endpoint_} {}

  ws_test_server(const ws_test_server&) = delete;
  ws_test_server& operator=(const ws_test_server&) = delete;

  ~ws_test_server() {
    drain();
    boost::asio::post(context_, [this] { listener_.stop(); });
    work_.reset();
    thread_.join();
  }

  /// Closes every session and waits until they are gone.
  void drain() {
    std::promise<void> done;
    endpoint_->drain([&] { done.set_value(); });
    done.get_future().wait();
  }

  std::uint16_t port() const { return port_; }
  transport::ws_endpoint& endpoint() { return *endpoint_; }

 private:
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
  const std::unique_ptr<transport::ws_endpoint> endpoint_;
  testing::upgrade_listener listener_;
  const std::uint16_t port_{listener_.port()};
  std::thread thread_{[this] { context_.run(); }};
};

}  // namespace eventmgr::test
