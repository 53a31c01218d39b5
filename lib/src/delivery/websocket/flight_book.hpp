#pragma once

#include "codec/websocket_acknowledgement.hpp"
#include "ports/channel.hpp"

#include <eventmgr/time.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::delivery {

/// The events that went out over one connection and were not acknowledged yet. Each leaves it once, with its result.
class flight_book {
 public:
  using clock = std::chrono::steady_clock;

  /// `connection` is part of every ack id: what a peer says of an earlier connection's events is passed over.
  flight_book(std::uint32_t connection, std::chrono::milliseconds ack_timeout);

  /// Notes an event that is sent now; gives its ack id. `now` does not go back.
  std::string add(delivery_tag tag, clock::time_point now, time_point at);

  /// Appends the results that the peer has told. Ids that are not in the book are passed over.
  void settle(const codec::websocket::acknowledgement& said, clock::time_point now,
              std::vector<delivery_result>& results);

  /// Those whose time is over: failed attempts.
  void expire(clock::time_point now, std::vector<delivery_result>& results);

  /// All of them are given back: the connection is gone.
  void release(std::vector<delivery_result>& results);

  /// When the next one expires.
  std::optional<clock::time_point> next_deadline() const noexcept;

 private:
  struct entry {
    delivery_tag tag{0};
    clock::time_point sent{};
    time_point at{};
  };
  using serial = std::uint64_t;

  std::optional<serial> parse_id(std::string_view ack_id) const noexcept;

  const std::uint32_t connection_;
  const std::chrono::milliseconds ack_timeout_;
  std::map<serial, entry> entries_;  ///< the oldest first
  serial next_{1};
};

}  // namespace eventmgr::delivery
