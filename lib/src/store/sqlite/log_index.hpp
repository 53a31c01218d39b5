#pragma once

#include <string>

namespace eventmgr::sqlite {

/// Whether another process has SQLite's index of the write-ahead log (`<path>-shm`) open. While one has, it is not
/// built anew from the log by those who open the database next.
///
/// To be called only where this process has no connection to the database: closing a file gives back every POSIX lock
/// that a process has on it.
bool index_is_open_elsewhere(const std::string& database_path);

}  // namespace eventmgr::sqlite
