#pragma once

#include "config/complaint.hpp"
#include "config/keys.hpp"
#include "config/node.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace eventmgr::config {

/// Reads what was written for a key. Nothing is returned unless all of it is right; every mistake is appended to
/// `complaints`. What subscriptions do not say of retries, `retry` says.
std::optional<value> convert(const key& item, const node& written, const retry_policy& retry,
                             std::vector<complaint>& complaints);

/// The tree of a value that came as text, from the environment or the command line. A list is written as YAML
/// (`[a, b]`), or, but for subscriptions, as names with commas between them. Text that is not YAML where it must be
/// goes to `complaints`.
node read_text(const key& item, std::string_view text, std::vector<complaint>& complaints);

}  // namespace eventmgr::config
