#pragma once

#include "core/filter/event_filter.hpp"
#include "core/filter/filter_refusal.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace eventmgr::codec {

inline constexpr std::size_t max_filter_bytes = 64U << 10U;

/// Reads a filter from the text of a JSON object, clauses in camelCase or snake_case (DESIGN section 7). `includeTypes`
/// is `types`; `minimumPriority` is `priority`, which may also be a list of those that pass; `{}` passes everything.
///
/// Fails with `malformed_json` for what is no JSON, else with `invalid_request` and every fault, its pointers beginning
/// with "/filter": an unknown clause or operator, a value of the wrong kind, a bound that is broken.
result<event_filter> parse_filter(std::string_view json);

/// The filter in one spelling, so that equal filters give equal texts; `parse_filter` reads the same filter from it.
std::string to_json(const event_filter& filter);

/// Appends what one clause says, as JSON; of a clause with items only that item: a tag, or the condition of one path.
void append_clause(std::string& out, const filter_clauses& clauses, filter_clause which, std::size_t item);

/// What a clause found, as JSON; empty text where there was nothing. Long text is cut, and a container is not shown.
std::string to_json(const found_value& found);

}  // namespace eventmgr::codec
