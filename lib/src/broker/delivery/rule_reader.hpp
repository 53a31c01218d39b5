#pragma once

#include "broker/delivery/matching.hpp"
#include "ports/subscription_texts.hpp"

#include <string_view>

namespace eventmgr {

/// The rule that a revision of the subscription wrote down.
result<matching_history::rule_ptr> read_rule(const subscription_texts& texts, std::string_view matching,
                                             subscription_id of);

}  // namespace eventmgr
