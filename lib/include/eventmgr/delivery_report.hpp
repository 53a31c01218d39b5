#pragma once

#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr {

/// What one durable subscription did with an event while its publisher waited.
struct delivery_report {
  enum class outcome : std::uint8_t {
    pending,    ///< it has no outcome yet, or it is not known which
    delivered,  ///< acknowledged by the subscriber
    dead,       ///< given up: a dead letter
    expired,
    skipped,
  };

  subscription_id subscription{};
  std::string name{};
  outcome what{outcome::pending};
  std::uint32_t attempts{0};  ///< made so far
  std::string error{};        ///< of the last attempt that failed; empty once it is delivered
};
EVENTMGR_API std::string_view to_string(delivery_report::outcome value) noexcept;
EVENTMGR_API std::optional<delivery_report::outcome> parse_delivery_outcome(std::string_view text) noexcept;

}  // namespace eventmgr
