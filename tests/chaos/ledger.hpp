#pragma once

#include "bench/wire/socket.hpp"

#include <string>

namespace eventmgr::chaos {

/// What the ledger proof finds wrong with the store of a daemon that has ended, however it did; empty when nothing is.
/// Every test of chaos ends with it.
std::string faults_in_ledger(const std::string& data_dir);

/// So of a daemon that runs.
std::string faults_in_ledger(const bench::endpoint& where);

}  // namespace eventmgr::chaos
