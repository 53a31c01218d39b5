#pragma once

#include "bench/load/server_under_test.hpp"

#include <memory>
#include <string>
#include <vector>

namespace eventmgr::bench {

/// Starts a server and publishes one event; gives the milliseconds from before the program was started to its answer.
/// Throws std::runtime_error if it does not come up or refuses the event.
double start_ms(std::unique_ptr<testing::process>& server, const std::vector<std::string>& command);

/// Throws std::runtime_error if the daemon to measure is not one that the scenario starts itself.
void require_own_server(const target_options& target);

}  // namespace eventmgr::bench
