#pragma once

#include <mutex>
#include <vector>

namespace eventmgr::sqlite {

/// A snapshot that can be ended under those who use it.
class endable {
 public:
  virtual ~endable() = default;

  /// Closes the connection, once what uses it has been interrupted. Every later use fails.
  virtual void end() noexcept = 0;
};

/// The snapshots that live. It must outlive them. Thread-safe.
class snapshot_board {
 public:
  /// Adds what `make` gives, a pointer to an `endable`. Waits while none may begin.
  template <class Make>
  auto add(Make make) {
    const std::scoped_lock lock{mutex_};
    alive_.reserve(alive_.size() + 1);
    auto made = make();
    alive_.push_back(&*made);
    return made;
  }
  void remove(endable& snapshot) noexcept;

  /// Ends all of them; no other begins while the lock is held.
  [[nodiscard]] std::unique_lock<std::mutex> end_all();

 private:
  std::mutex mutex_;
  std::vector<endable*> alive_;
};

}  // namespace eventmgr::sqlite
