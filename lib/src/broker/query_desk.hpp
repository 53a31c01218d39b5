#pragma once

#include "broker/broker.hpp"
#include "broker/guarded.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace eventmgr {

/// Whether a question to the store may be turned away.
enum class query_step : std::uint8_t {
  first,  ///< nothing has been done yet
  later,  ///< goes on with what has begun: never turned away
};

/// Where what clients ask of the store waits for its turn: on threads of its own, so that dear questions hold up no
/// delivery, and a bounded number of them, for a bounded time. Thread-safe.
class query_desk {
 public:
  struct limits {
    std::size_t waiting{1000};
    std::chrono::milliseconds patience{5000};
  };

  /// What is given must outlive it.
  query_desk(executor& threads, executor& core, const clock& time, limits most) noexcept
      : threads_{threads}, core_{core}, time_{time}, most_{most} {}
  query_desk(const query_desk&) = delete;
  query_desk& operator=(const query_desk&) = delete;

  /// Calls `work`, which gives a `result<T>`, and on the core's thread `done` with that. Where too many wait already,
  /// or its turn comes only when the patience is over, `done` gets `store_unavailable` and `work` is not called.
  template <class T, class Work>
  void ask(Work work, reply<T> done, query_step step = query_step::first) {
    if (waiting_.fetch_add(1) >= most_.waiting && step == query_step::first) {
      waiting_.fetch_sub(1);
      return core_.post([done = std::move(done)] { done(refusal("too many queries wait for their turn")); });
    }
    threads_.post([this, work = std::move(work), done = std::move(done), step, since = time_.steady_now()]() mutable {
      waiting_.fetch_sub(1);
      const bool late = step == query_step::first && time_.steady_now() - since >= most_.patience;
      result<T> found = late ? result<T>{refusal("the query has waited too long for its turn")} : guarded(work);
      core_.post([found = std::move(found), done = std::move(done)]() mutable { done(std::move(found)); });
    });
  }

 private:
  static failure refusal(const char* why) {
    return {.code = errc::store_unavailable, .message = why, .retry_after = std::chrono::seconds{1}};
  }

  executor& threads_;
  executor& core_;
  const clock& time_;
  const limits most_;
  std::atomic<std::size_t> waiting_{0};
};

}  // namespace eventmgr
