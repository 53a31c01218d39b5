#pragma once

#include "sample.hpp"

#include <eventmgr/client.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace eventmgr::evctl::top {

/// Looks at the daemon on a thread of its own, one look at a time, so that a daemon that does not answer does not keep
/// the keyboard waiting.
class poller {
 public:
  /// Throws `error` as the client does. SIGWINCH is blocked on its thread.
  explicit poller(client::client_options to);
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;
  /// Gives up a look that is under way.
  ~poller();

  /// Begins a look, unless one is under way.
  void ask();
  bool is_busy() const;

  /// Readable when a look has ended, for poll(2), until `take`.
  int descriptor() const noexcept { return ready_; }

  /// What the look has given, once.
  std::optional<result<sample>> take();

 private:
  void run();

  const std::shared_ptr<client::interrupt> stop_;
  client::broker_client client_;
  int ready_;
  mutable std::mutex lock_{};
  std::condition_variable changed_{};
  bool asked_{false};
  bool busy_{false};
  bool ending_{false};
  std::optional<result<sample>> seen_{};
  std::thread thread_{};
};

}  // namespace eventmgr::evctl::top
