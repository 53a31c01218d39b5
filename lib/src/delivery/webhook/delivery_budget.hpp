#pragma once

#include "ports/executor.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace eventmgr::delivery {

/// Bounds the deliveries that are under way over all channels, and with them the sockets. Core's thread only.
class delivery_budget : public std::enable_shared_from_this<delivery_budget> {
 public:
  /// Somebody who found no room.
  class waiter {
   public:
    virtual ~waiter() = default;
    virtual void room_made() = 0;
  };

  /// Owned by a shared pointer. `core` outlives its last call.
  delivery_budget(executor& core, std::size_t most) : core_{core}, most_{most} {}
  delivery_budget(const delivery_budget&) = delete;
  delivery_budget& operator=(const delivery_budget&) = delete;

  /// How many more somebody may begin who has `held` of them: no more than leaves as many for others as it holds, so
  /// that endpoints that hang leave room for those that answer.
  std::size_t room(std::size_t held) const noexcept;

  void take() noexcept { ++taken_; }

  /// Waiters are told in a turn of their own.
  void give_back(std::size_t count);

  /// To be told, once, when there is room again.
  void wait(const std::shared_ptr<waiter>& who) { waiting_.push_back(who); }

 private:
  void wake();

  executor& core_;
  const std::size_t most_;
  std::size_t taken_{0};
  std::vector<std::weak_ptr<waiter>> waiting_{};
  bool waking_{false};
};

}  // namespace eventmgr::delivery
