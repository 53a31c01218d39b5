#pragma once

#include "ports/delivery_records.hpp"

#include <cstdint>
#include <vector>

namespace eventmgr::sqlite {

class connection;
class reader;

/// Serves `event_store::load_deliveries`. Throws `sqlite_failure`.
delivery_state load_deliveries(reader& from);

/// Serves `event_store::read_ledger`. Throws `sqlite_failure`.
std::vector<ledger_record> read_ledger(reader& from, subscription_id subscription, std::uint32_t generation);

// Parts of `load_deliveries`.

std::vector<subscription_record> read_subscriptions(connection& database);
/// Of each subscription's generation, ascending.
std::vector<revision_record> read_revisions(connection& database);
std::vector<floor_record> read_floors(connection& database);

}  // namespace eventmgr::sqlite
