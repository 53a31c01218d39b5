#pragma once

#include "core/filter/event_filter.hpp"

#include <eventmgr/event.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace eventmgr {

/// The clauses of a filter that can refuse an event, in the order in which they are judged.
enum class filter_clause : std::uint8_t {
  priority,
  exclude_system_events,
  sources,
  types,
  exclude_types,
  project_scoped,
  user_relevant,
  session_scoped,
  tags,
  metadata,
  payload,
};

/// As a filter spells it in JSON, "excludeTypes". Static storage.
std::string_view to_string(filter_clause value) noexcept;

/// A `document_value` that holds its own text.
using found_value = std::variant<absent_value, null_value, bool, json_number, std::string, container_value>;

/// The first clause of a filter that an event does not meet.
struct filter_refusal {
  filter_clause clause{};
  std::size_t item{0};  ///< of `tags`, `metadata` and `payload`: which of the clause's items; else 0
  found_value found{};  ///< what stood where the clause looked; of `tags`: absent
};

/// Why the filter refuses an event; nullopt if it passes. Agrees with `judge` and `passes`, which are for speed, and
/// always opens the document where a clause asks for it.
std::optional<filter_refusal> find_refusal(const event_filter& filter, const event& record,
                                           const event_document& document);

}  // namespace eventmgr
