#include "store/sqlite/statement.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/failure.hpp"

#include <sqlite3.h>

#include <cstring>

namespace eventmgr::sqlite {

void statement::finalizer::operator()(sqlite3_stmt* handle) const noexcept { sqlite3_finalize(handle); }

statement::statement(connection& on, std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int outcome = sqlite3_prepare_v3(on.handle(), sql.data(), static_cast<int>(sql.size()),
                                         SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  handle_.reset(handle);
  if (outcome != SQLITE_OK) throw sqlite_failure{on.handle(), outcome};
}

void statement::check(int outcome) const {
  if (outcome != SQLITE_OK) throw sqlite_failure{sqlite3_db_handle(handle_.get()), outcome};
}

void statement::bind(int parameter, std::int64_t value) { check(sqlite3_bind_int64(handle_.get(), parameter, value)); }

void statement::bind(int parameter, std::string_view text) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* const bytes = text.data() == nullptr ? "" : text.data();
  check(sqlite3_bind_text64(handle_.get(), parameter, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void statement::bind(int parameter, const uuid& id) {
  check(sqlite3_bind_blob(handle_.get(), parameter, id.bytes.data(), static_cast<int>(id.bytes.size()), SQLITE_STATIC));
}

void statement::bind_null(int parameter) { check(sqlite3_bind_null(handle_.get(), parameter)); }

bool statement::step() {
  const int outcome = sqlite3_step(handle_.get());
  if (outcome == SQLITE_ROW) return true;
  if (outcome == SQLITE_DONE) return false;
  throw sqlite_failure{sqlite3_db_handle(handle_.get()), outcome};
}

void statement::run() {
  const scoped_run at_end{*this};
  while (step()) {
  }
}

void statement::reset() noexcept { sqlite3_reset(handle_.get()); }

std::int64_t statement::integer(int column) const noexcept { return sqlite3_column_int64(handle_.get(), column); }

bool statement::is_null(int column) const noexcept { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }

std::string_view statement::text(int column) const noexcept {
  const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

uuid statement::id(int column) const noexcept {
  uuid value;
  const void* const bytes = sqlite3_column_blob(handle_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  if (bytes != nullptr && size == value.bytes.size()) std::memcpy(value.bytes.data(), bytes, size);
  return value;
}

}  // namespace eventmgr::sqlite
