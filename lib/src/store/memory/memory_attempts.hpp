#pragma once

#include "ports/delivery_records.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace eventmgr {

/// The attempts of a memory store. Not thread-safe.
class memory_attempts {
 public:
  /// Whether an event's attempts have to stay however old they are.
  using stays = std::function<bool(const delivery_key&)>;

  void add(const attempt_record& record, const stays& must_stay);
  void remove(subscription_id subscription);

  /// One attempt with its number, from 1 as they came.
  struct numbered {
    std::uint64_t number{0};
    delivery_attempt attempt{};
  };
  /// The newest below a number, at most `limit`.
  std::vector<numbered> newest(subscription_id subscription, const std::optional<event_id>& event, std::uint64_t below,
                               std::size_t limit) const;

  /// All of one event, the oldest first.
  std::vector<delivery_attempt> of(const delivery_key& key) const;

  /// Those of one event, of every subscription, in the order of their time; the first `most`.
  std::vector<attempt_record> of_all(partition_id partition, offset seq, std::size_t most) const;

 private:
  struct list {
    std::map<std::uint64_t, delivery_attempt> by_number{};
    std::uint64_t added{0};
  };

  std::map<subscription_id, list> lists_;
};

}  // namespace eventmgr
