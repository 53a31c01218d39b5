#include "store/sqlite/failure.hpp"

#include <sqlite3.h>

namespace eventmgr::sqlite {

sqlite_failure::sqlite_failure(int extended_code, const std::string& message)
    : std::runtime_error{message}, code_{extended_code} {}

sqlite_failure::sqlite_failure(sqlite3* handle, int result_code)
    : std::runtime_error{handle == nullptr ? sqlite3_errstr(result_code) : sqlite3_errmsg(handle)},
      code_{handle == nullptr ? result_code : sqlite3_extended_errcode(handle)} {}

bool sqlite_failure::spoils_connection() const noexcept {
  switch (code()) {
    case SQLITE_FULL:
    case SQLITE_INTERRUPT:
    case SQLITE_BUSY:
    case SQLITE_TOOBIG:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      return false;
    default:
      return true;
  }
}

bool sqlite_failure::loses_writes() const noexcept { return code() == SQLITE_IOERR; }

bool sqlite_failure::takes_store_away() const noexcept {
  switch (code()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOTADB:
      return true;
    default:
      return false;
  }
}

std::string describe(const std::string& path, const sqlite_failure& cause) {
  const std::string reason = " (" + std::string{cause.what()} + ")";
  switch (cause.code()) {
    case SQLITE_FULL:
      return "no space left for " + path;
    case SQLITE_NOTADB:
      return path + " is not a database" + reason;
    case SQLITE_CORRUPT:
      return path + " is damaged" + reason;
    case SQLITE_READONLY:
      return path + " cannot be written" + reason;
    case SQLITE_CANTOPEN:
      return path + " cannot be opened" + reason;
    case SQLITE_PERM:
      return path + " may not be opened" + reason;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return path + " is locked by another program" + reason;
    case SQLITE_INTERRUPT:
      return "the query on " + path + " took longer than database.queryTimeout allows";
    case SQLITE_IOERR:
      return "input/output error on " + path + " (" + cause.what() + ", code " + std::to_string(cause.extended_code()) +
             ")";
    default:
      return path + " cannot be used" + reason;
  }
}

error unavailable(const std::string& path, const sqlite_failure& cause) {
  return error{{errc::store_unavailable, describe(path, cause)}};
}

}  // namespace eventmgr::sqlite
