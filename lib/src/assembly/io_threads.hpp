#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace eventmgr::assembly {

/// One `io_context` a thread. The first is run by whoever calls `run`, and is the core's.
class io_threads {
 public:
  explicit io_threads(std::size_t count);

  io_threads(const io_threads&) = delete;
  io_threads& operator=(const io_threads&) = delete;
  ~io_threads() = default;

  const std::vector<boost::asio::io_context*>& contexts() const noexcept { return views_; }
  boost::asio::io_context& core() noexcept { return *views_.front(); }

  /// Runs the first context on this thread and the others on theirs, until `finish`; then all have ended.
  void run();

  /// Lets `run` return. What is queued is dropped. From any thread.
  void finish();

 private:
  using guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  void join();

  std::vector<std::unique_ptr<boost::asio::io_context>> contexts_;
  std::vector<boost::asio::io_context*> views_;
  std::vector<guard> guards_;
  std::vector<std::thread> threads_;
};

}  // namespace eventmgr::assembly
