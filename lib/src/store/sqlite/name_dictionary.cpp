#include "store/sqlite/name_dictionary.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/failure.hpp"

#include <sqlite3.h>

namespace eventmgr::sqlite {
namespace {

/// Far more than services use; who makes a type of every event only loses the benefit.
constexpr std::size_t max_remembered = 8192;

}  // namespace

name_interner::name_interner(connection& writer, const std::string& table)
    : find_{writer, "SELECT key FROM " + table + " WHERE name = ?1"},
      add_{writer, "INSERT INTO " + table + " (name) VALUES (?1) RETURNING key"} {}

std::int64_t name_interner::key_of(std::string_view name) {
  const auto known = keys_.find(name);
  if (known != keys_.end()) return known->second;

  std::int64_t key = 0;
  find_.bind(1, name);
  if (const scoped_run found{find_}; find_.step()) key = find_.integer(0);
  if (key == 0) {
    add_.bind(1, name);
    const scoped_run added{add_};
    if (add_.step()) key = add_.integer(0);
    add_.step();
  }
  if (keys_.size() >= max_remembered) keys_.clear();
  keys_.emplace(name, key);
  return key;
}

name_lookup::name_lookup(connection& reader, const std::string& table)
    : find_name_{reader, "SELECT name FROM " + table + " WHERE key = ?1"},
      find_key_{reader, "SELECT key FROM " + table + " WHERE name = ?1"} {}

const std::string& name_lookup::name_of(std::int64_t key) {
  const auto known = names_.find(key);
  if (known != names_.end()) return known->second;

  find_name_.bind(1, key);
  const scoped_run found{find_name_};
  if (!find_name_.step()) throw sqlite_failure{SQLITE_CORRUPT, "an event names a key that its dictionary lacks"};
  if (names_.size() >= max_remembered) names_.clear();
  return names_.emplace(key, find_name_.text(0)).first->second;
}

std::int64_t name_lookup::key_of(std::string_view name) {
  find_key_.bind(1, name);
  const scoped_run found{find_key_};
  return find_key_.step() ? find_key_.integer(0) : 0;
}

}  // namespace eventmgr::sqlite
