#pragma once

#include <eventmgr/interrupt.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace eventmgr::client {

/// Runs one asynchronous operation at a time to its end on the calling thread, with a deadline and the interrupt: this
/// is what makes blocking calls of Asio's operations, which have neither when they block by themselves.
class blocking_io {
 public:
  using clock = std::chrono::steady_clock;

  /// `stop` may be null.
  explicit blocking_io(std::shared_ptr<interrupt> stop);

  boost::asio::io_context& context() noexcept { return context_; }

  /// What makes a pending operation complete early: closes the socket, say. Must stay callable until the next call.
  void set_cancel(std::function<void()> cancel) { cancel_ = std::move(cancel); }

  /// From here on nothing but deadlines ends an operation early: for what is still to be said after an interrupt.
  void forget_interrupt() noexcept;

  bool interrupted() const noexcept { return stop_ != nullptr && stop_->raised(); }

  /// `initiate` is given the completion handler, a callable of an error code and anything else. Returns the operation's
  /// error; `timed_out` if the deadline passed, `interrupted` if the interrupt was raised, whatever the operation then
  /// said. `idle`, if given, is called once if the operation cannot complete at once; it may itself run an operation.
  template <class Initiate>
  boost::system::error_code run(clock::time_point deadline, Initiate&& initiate,
                                const std::function<void()>& idle = {}) {
    if (interrupted()) return boost::asio::error::interrupted;
    std::optional<boost::system::error_code> outcome;
    initiate([&outcome](boost::system::error_code code, auto&&...) { outcome = code; });
    return complete(deadline, outcome, idle);
  }

  /// Waits, unless interrupted; then it answers false.
  bool sleep(std::chrono::milliseconds duration) const;

 private:
  boost::system::error_code complete(clock::time_point deadline, std::optional<boost::system::error_code>& outcome,
                                     const std::function<void()>& idle);

  boost::asio::io_context context_{1};
  std::shared_ptr<interrupt> stop_;
  std::optional<boost::asio::posix::stream_descriptor> watch_;
  std::function<void()> cancel_{};
};

}  // namespace eventmgr::client
