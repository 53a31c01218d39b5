#pragma once

#include "core/delivery/exception_table.hpp"

#include <eventmgr/event.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace eventmgr {

/// An event that goes to one subscription once more, apart from its lanes, floors and ledger.
struct redelivery {
  std::uint64_t ticket{0};  ///< the source's own name for it
  log_place place{};
  event_id event{};  ///< as it is stored; `record` may be an edited copy with an id of its own
  std::shared_ptr<const eventmgr::event> record{};
  std::shared_ptr<const std::string> json{};
  std::uint32_t attempt{1};        ///< as the receiver is told
  std::uint32_t first_attempt{1};  ///< the first that belongs to this redelivery
  bool replay{false};
  uuid by{};               ///< the requeue plan, or the replay
  std::string ordering{};  ///< the topic or key of which it alone may be under way; empty: none
};

/// What one holds in memory.
inline std::uint64_t bytes_of(const redelivery& item) noexcept {
  return item.record->payload.size() + item.record->metadata.size() + (item.json ? item.json->size() : 0);
}

enum class redelivery_outcome : std::uint8_t {
  delivered,
  retry,     ///< it failed, and is to be offered again after a delay
  given_up,  ///< it is a dead letter, as before or anew
  returned,  ///< it never got there, and is to be offered again
};

/// Where redeliveries to one subscription come from. Used on the core's thread.
class redelivery_source {
 public:
  virtual ~redelivery_source() = default;

  /// What may go now; null if nothing may. It stays until it is taken. When that may change without the dispatcher's
  /// doing, the source wakes it.
  virtual const redelivery* front() = 0;
  virtual redelivery take() = 0;

  /// What came of one that was taken: told once for each. `reason` of a failure.
  virtual void settled(std::uint64_t ticket, redelivery_outcome outcome, std::chrono::milliseconds delay,
                       const std::string& reason) = 0;

  /// The event's dead letter is not as it was: it was closed, discarded or given up once more, by this source or
  /// another.
  virtual void superseded(log_place /*place*/) {}

  /// The subscription was deleted; nothing is settled any more.
  virtual void ended() = 0;

  /// Nothing will come of it any more.
  virtual bool over() const noexcept = 0;
};

}  // namespace eventmgr
