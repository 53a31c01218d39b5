#pragma once

#include "broker/metrics.hpp"
#include "core/delivery/circuit_breaker.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace eventmgr {

/// The circuit breaker of one origin.
struct endpoint_breaker {
  std::string origin{};
  circuit_breaker breaker{};
};

/// The circuit breakers of all endpoints, by origin; one is shared by the subscriptions that deliver there, and lives
/// as long as one of them. Used on the core's thread.
class breaker_registry {
 public:
  /// `board` shows their states.
  explicit breaker_registry(breaker_board& board) : board_{board} {}

  std::shared_ptr<endpoint_breaker> get(std::string_view origin) {
    const auto found = breakers_.find(origin);
    if (found != breakers_.end()) {
      if (auto known = found->second.lock()) return known;
    }
    auto made = std::shared_ptr<endpoint_breaker>(new endpoint_breaker{.origin = std::string{origin}},
                                                  [board = &board_](endpoint_breaker* last) {
                                                    board->remove(last->origin);
                                                    delete last;
                                                  });
    std::erase_if(breakers_, [](const auto& entry) { return entry.second.expired(); });
    breakers_[made->origin] = made;
    board_.set(origin, breaker_state::closed);
    return made;
  }

  /// Open breakers become half-open by themselves.
  void show_all(circuit_breaker::time now) {
    for (const auto& [origin, each] : breakers_) {
      if (const auto known = each.lock()) show(*known, now);
    }
  }
  void show(const endpoint_breaker& of, circuit_breaker::time now) { board_.set(of.origin, of.breaker.state(now)); }

 private:
  breaker_board& board_;
  std::map<std::string, std::weak_ptr<endpoint_breaker>, std::less<>> breakers_;
};

}  // namespace eventmgr
