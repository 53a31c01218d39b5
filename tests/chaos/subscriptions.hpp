#pragma once

#include "bench/wire/subscription_calls.hpp"
#include "chaos/deliveries.hpp"
#include "support/eventually.hpp"

#include <chrono>
#include <string>

namespace eventmgr::chaos {

/// Waits until a subscription has settled everything; false if that takes longer than `limit`.
bool wait_until_settled(const bench::endpoint& where, const std::string& name,
                        std::chrono::seconds limit = testing::default_patience);

/// The events that a subscription gave up on. Throws std::runtime_error if they cannot be listed.
id_set dead_letters_of(const bench::endpoint& where, const std::string& name);

}  // namespace eventmgr::chaos
