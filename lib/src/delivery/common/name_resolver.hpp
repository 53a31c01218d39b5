#pragma once

#include "runtime/thread_executor.hpp"

#include <boost/asio/ip/address.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace eventmgr::delivery {

/// What a look-up gave.
struct resolved_name {
  std::vector<boost::asio::ip::address> addresses{};  ///< in the system's order of preference; empty: it failed
  std::string why{};                                  ///< why it failed: "Name or service not known"
};

/// Looks names up on threads of its own: Asio's one resolver thread would let a name that times out delay all others.
/// Look-ups of one name at a time are one; an answer is used again for a second. Members are called on the I/O thread.
class name_resolver {
 public:
  using handler = std::function<void(const resolved_name&)>;

  name_resolver(boost::asio::io_context& io, std::size_t threads);
  name_resolver(const name_resolver&) = delete;
  name_resolver& operator=(const name_resolver&) = delete;
  ~name_resolver();

  /// `done` is called on the I/O thread, never from inside. An address in figures is given back as it is.
  void resolve(const std::string& host, handler done);

  /// Waits for look-ups that are under way and passes over those that are queued. From any thread but the I/O thread.
  void stop();

 private:
  using clock = std::chrono::steady_clock;
  struct entry {
    std::vector<handler> waiting{};
    resolved_name answer{};
    clock::time_point fresh_until{};
  };

  void finish(const std::string& host, resolved_name answer);
  void forget_old();

  boost::asio::io_context& io_;
  std::map<std::string, entry, std::less<>> entries_;
  std::atomic<bool> stopping_{false};
  thread_executor threads_;
};

}  // namespace eventmgr::delivery
