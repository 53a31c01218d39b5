#pragma once

#include "ports/executor.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace eventmgr::delivery {

/// Hands items to another thread in batches: the first one posts a turn there, the others ride along until it runs.
/// `put` is thread-safe; the reader is called on the receiving executor, in the order of the items.
template <class T>
class mailbox {
 public:
  /// `reader` may move from the items. It must not be called after what it uses is gone: see `close`.
  mailbox(executor& to, std::function<void(std::span<T>)> reader) : state_{std::make_shared<state>()}, to_{to} {
    state_->reader = std::move(reader);
  }
  mailbox(const mailbox&) = delete;
  mailbox& operator=(const mailbox&) = delete;
  ~mailbox() { close(); }

  void put(T item) {
    {
      const std::lock_guard lock{state_->mutex};
      state_->items.push_back(std::move(item));
      if (state_->items.size() > 1) return;
    }
    to_.post([state = state_] { state->run(); });
  }

  /// The reader is not called any more. On the receiving thread, or once that has ended.
  void close() { state_->open = false; }

 private:
  struct state {
    void run() {
      {
        const std::lock_guard lock{mutex};
        items.swap(taken);
      }
      if (open) reader(taken);
      taken.clear();
    }

    std::mutex mutex{};
    std::vector<T> items{};
    std::vector<T> taken{};  ///< receiving thread only; keeps its capacity
    std::function<void(std::span<T>)> reader{};
    bool open{true};
  };

  std::shared_ptr<state> state_;
  executor& to_;
};

}  // namespace eventmgr::delivery
