#pragma once

#include <eventmgr/event.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::codec {

/// Checks the known members of a metadata object, given in compact, valid JSON, and gives those that are spelt in
/// snake_case their camelCase names; all else stays as it is. Appends every fault to `problems`, with pointers from the
/// event's root. Returns `expiresAt`.
std::optional<time_point> check_metadata(std::string& compact, std::vector<problem>& problems);

/// The camelCase name of a known member that is spelt in snake_case; any other name as it is.
std::string_view camel_metadata_name(std::string_view name) noexcept;

/// Appends the metadata of an event (empty, or an object that `check_metadata` has passed) with the defaults of what it
/// leaves out.
void append_metadata(std::string& out, std::string_view compact);

}  // namespace eventmgr::codec
