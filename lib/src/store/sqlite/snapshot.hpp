#pragma once

#include "ports/store_snapshot.hpp"
#include "store/sqlite/snapshot_board.hpp"

#include <memory>
#include <string>

namespace eventmgr::sqlite {

/// A snapshot of the database on a connection of its own, which stays until the snapshot goes. Of a database that is
/// open for writing elsewhere. `known_head` was committed before the call. The board, which must outlive the snapshot,
/// can end it. Throws `error` with `store_unavailable`.
std::unique_ptr<store_snapshot> take_snapshot(const std::string& path, offset known_head, snapshot_board& board);

}  // namespace eventmgr::sqlite
