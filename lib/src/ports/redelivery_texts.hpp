#pragma once

#include <eventmgr/error.hpp>
#include <eventmgr/replay.hpp>
#include <eventmgr/requeue.hpp>

#include <string>
#include <string_view>

namespace eventmgr {

/// Writes requeue plans and replays down for the store, and reads them again. Thread-safe.
class redelivery_texts {
 public:
  virtual ~redelivery_texts() = default;

  virtual std::string store(const requeue_request& request) const = 0;
  virtual std::string store(const replay_request& request) const = 0;

  /// Reads what `store` wrote, also by an older release.
  virtual result<requeue_request> load_requeue(std::string_view text) const = 0;
  virtual result<replay_request> load_replay(std::string_view text) const = 0;

  /// The payload that a merge patch (RFC 7396) makes of one; both are compact JSON objects.
  virtual std::string merge(std::string_view payload, std::string_view patch) const = 0;
};

}  // namespace eventmgr
