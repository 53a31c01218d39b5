#include "store/sqlite/connection.hpp"

#include "store/sqlite/failure.hpp"
#include "store/sqlite/statement.hpp"

#include <sqlite3.h>

namespace eventmgr::sqlite {
namespace {

/// Instructions of SQLite's virtual machine between two looks at the clock: some tens of microseconds.
constexpr int instructions_per_check = 2000;

}  // namespace

void connection::closer::operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }

int connection::interrupt_when_late(void* self) noexcept {
  return clock::now() > *static_cast<const clock::time_point*>(self) ? 1 : 0;
}

connection::connection(const std::string& path, access mode)
    : deadline_{std::make_unique<clock::time_point>(clock::time_point::max())} {
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3* handle = nullptr;
  const int outcome = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  if (outcome != SQLITE_OK) throw sqlite_failure{handle, outcome};
}

void connection::execute(const char* sql) {
  const int outcome = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
  if (outcome != SQLITE_OK) throw sqlite_failure{handle(), outcome};
}

std::int64_t connection::query_integer(const char* sql) {
  statement query{*this, sql};
  return query.step() ? query.integer(0) : 0;
}

void connection::set_deadline(clock::time_point deadline) noexcept {
  *deadline_ = deadline;
  const bool limited = deadline != clock::time_point::max();
  sqlite3_progress_handler(handle(), limited ? instructions_per_check : 0, limited ? &interrupt_when_late : nullptr,
                           deadline_.get());
}

void connection::set_lock_timeout(std::chrono::milliseconds timeout) noexcept {
  sqlite3_busy_timeout(handle(), static_cast<int>(timeout.count()));
}

bool connection::in_transaction() const noexcept { return sqlite3_get_autocommit(handle()) == 0; }

transaction::transaction(connection& on, kind what) : connection_{on} {
  connection_.execute(what == kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

transaction::~transaction() {
  if (open_ && connection_.in_transaction()) {
    // Where even this fails, closing the connection, which follows, rolls back.
    sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void transaction::commit() {
  connection_.execute("COMMIT");
  open_ = false;
}

}  // namespace eventmgr::sqlite
