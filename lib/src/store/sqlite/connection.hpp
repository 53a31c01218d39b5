#pragma once

#include <chrono>
#include <memory>
#include <string>

struct sqlite3;

namespace eventmgr::sqlite {

enum class access { read_only, read_write };

/// A connection to one database file, closed at the end. Every member throws `sqlite_failure`. Not thread-safe.
class connection {
 public:
  using clock = std::chrono::steady_clock;

  /// Opens the file; `read_write` makes it if it is missing.
  connection(const std::string& path, access mode);

  /// Runs statements without results.
  void execute(const char* sql);

  /// The one integer that a statement gives; 0 if it gives no row.
  std::int64_t query_integer(const char* sql);

  /// Lets statements run until then; later they fail with SQLITE_INTERRUPT.
  void set_deadline(clock::time_point deadline) noexcept;

  /// How long a statement waits for a lock of another connection.
  void set_lock_timeout(std::chrono::milliseconds timeout) noexcept;

  /// Whether a transaction is open: not, after a failure that rolled it back.
  bool in_transaction() const noexcept;

  sqlite3* handle() const noexcept { return handle_.get(); }

 private:
  struct closer {
    void operator()(sqlite3* handle) const noexcept;
  };
  static int interrupt_when_late(void* self) noexcept;

  // On the heap, for SQLite keeps its address while the connection itself may be moved.
  std::unique_ptr<clock::time_point> deadline_;
  std::unique_ptr<sqlite3, closer> handle_;
};

/// A transaction that is rolled back unless it was committed.
class transaction {
 public:
  enum class kind { read, write };

  transaction(connection& on, kind what);
  ~transaction();
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  void commit();

 private:
  connection& connection_;
  bool open_{true};
};

}  // namespace eventmgr::sqlite
