#pragma once

#include "runtime/thread_executor.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
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
  bool temporary{false};                              ///< it failed because nobody answered
  bool exhausted{false};                              ///< it failed because this machine has no room for the question
};

/// Asks the system. Blocks, for as long as the system's resolver takes.
resolved_name look_up(const std::string& host);

struct name_resolver_options {
  std::size_t threads{4};                    ///< names that are looked up at a time
  std::size_t slow_threads{2};               ///< of these: for names that took longer than `patience` the last time
  std::chrono::milliseconds patience{1000};  ///< after it, the last good answer does while a look-up goes on
  std::chrono::seconds reserve{600};         ///< how old that may be
  std::chrono::milliseconds freshness{1000};
  std::function<resolved_name(const std::string&)> ask{look_up};
};

/// Looks names up on threads of its own: Asio's one resolver thread would let a name that times out delay all others.
/// Look-ups of one name at a time are one; an answer is used again while it is fresh. Names whose servers do not answer
/// keep no more than some of the threads. Members are called on the I/O thread.
class name_resolver {
 public:
  using handler = std::function<void(const resolved_name&)>;

  name_resolver(boost::asio::io_context& io, name_resolver_options options);
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
    resolved_name good{};  ///< the last answer with an address
    clock::time_point good_until{};
    clock::time_point asked_at{};
    bool asked{false};  ///< a look-up is queued or under way
    bool slow{false};   ///< the last one was
  };

  void ask(const std::string& host, entry& about);
  void start(const std::string& host, bool slow);
  void finish(const std::string& host, bool was_slow, clock::duration took, resolved_name answer);
  /// Gives those who have waited long enough the last good answer.
  void relieve();
  void forget_old();

  boost::asio::io_context& io_;
  const name_resolver_options options_;
  std::map<std::string, entry, std::less<>> entries_;
  std::deque<std::string> slow_queue_;
  std::size_t slow_running_{0};
  boost::asio::steady_timer relief_;
  bool relief_set_{false};
  std::atomic<bool> stopping_{false};
  thread_executor threads_;
};

}  // namespace eventmgr::delivery
