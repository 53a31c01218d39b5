#pragma once

#include <eventmgr/error.hpp>

#include <stdexcept>
#include <string>

struct sqlite3;

namespace eventmgr::sqlite {

/// What SQLite reported. Stays inside the adapter: its edge turns it into `error`.
class sqlite_failure : public std::runtime_error {
 public:
  sqlite_failure(int extended_code, const std::string& message);

  /// The last failure of a connection; it may be null, if opening failed for want of memory.
  sqlite_failure(sqlite3* handle, int result_code);

  int code() const noexcept { return code_ & 0xFF; }
  int extended_code() const noexcept { return code_; }

  /// Whether the connection must be closed: what it holds of the file can no longer be trusted. A full disk, a
  /// deadline and a row that is refused leave a connection that can go on once the transaction is rolled back.
  bool spoils_connection() const noexcept;

  /// Whether writes of other calls, which had succeeded, may be lost by it: an operating system that could not write
  /// pages back takes them for clean once it has said so, and a later sync says nothing of them.
  bool loses_writes() const noexcept;

  /// Whether no other transaction would have fared better: it was the file that could not be had.
  bool takes_store_away() const noexcept;

 private:
  int code_;
};

/// A sentence for operators that names the file and the cause.
std::string describe(const std::string& path, const sqlite_failure& cause);

/// The failure as the port reports it: `store_unavailable`.
error unavailable(const std::string& path, const sqlite_failure& cause);

}  // namespace eventmgr::sqlite
