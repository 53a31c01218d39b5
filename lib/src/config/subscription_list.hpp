#pragma once

#include "config/complaint.hpp"
#include "config/node.hpp"

#include <eventmgr/subscription.hpp>

#include <string>
#include <vector>

namespace eventmgr::config {

/// Reads a list of subscriptions, each written as the HTTP API takes it and under the same rules, with a name that no
/// other has. `name` is the list's key. Every mistake is appended to `complaints`, at its value; what is returned then
/// means nothing. A duration in `startFrom` counts back from now.
std::vector<subscription_definition> read_subscriptions(const std::string& name, const node& list,
                                                        const retry_policy& retry, std::vector<complaint>& complaints);

}  // namespace eventmgr::config
