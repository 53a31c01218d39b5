#pragma once

#include "ports/delivery_records.hpp"

#include <cstdint>
#include <vector>

namespace eventmgr::sqlite {

class reader;

/// Serves `event_store::load_deliveries`. Throws `sqlite_failure`.
delivery_state load_deliveries(reader& from);

/// Serves `event_store::read_ledger`. Throws `sqlite_failure`.
std::vector<ledger_record> read_ledger(reader& from, subscription_id subscription, std::uint32_t generation);

}  // namespace eventmgr::sqlite
