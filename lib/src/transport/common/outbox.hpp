#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>

namespace eventmgr::transport {

/// The bytes that wait to be written to one connection. The core's thread appends, the connection's thread takes all
/// there is and writes it in one go, so that what gathers while a write runs leaves together.
///
/// Thread-safe. Bounded: `try_append` refuses what does not fit, unless the outbox is empty, so that one item larger
/// than the bound still passes.
class outbox {
 public:
  /// `wake` is called, from the appending thread, when bytes arrive in an empty outbox: it must post a flush to the
  /// connection's thread. `drained` is called by `take` when an append was refused since the last `take`.
  outbox(std::size_t capacity, std::function<void()> wake, std::function<void()> drained);

  /// Appends the parts as one item. False, and nothing appended, if it does not fit or the outbox is closed.
  bool try_append(std::initializer_list<std::string_view> parts);

  /// Appends whatever the bound says: for the few control messages that must not be lost (pong, close, error). Callers
  /// bound how many there can be.
  void append(std::string_view bytes);

  /// Swaps all that waits into `into`, which is cleared first and keeps its capacity. False if nothing waits; the next
  /// append then calls `wake` again.
  bool take(std::string& into);

  /// Refuses everything from now on.
  void close();

 private:
  std::mutex mutex_;
  std::string waiting_;
  const std::size_t capacity_;
  const std::function<void()> wake_;
  const std::function<void()> drained_;
  bool flushing_{false};  ///< the connection's thread will call `take` again
  bool refused_{false};
  bool closed_{false};
};

}  // namespace eventmgr::transport
