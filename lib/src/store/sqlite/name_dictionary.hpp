#pragma once

#include "store/sqlite/statement.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace eventmgr::sqlite {

/// Hashes text without making a string of it first.
struct text_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

/// The writer's side of a table (key, name): finds the key of a name and makes one where it is new. Remembers a bounded
/// number of them. Not thread-safe.
class name_interner {
 public:
  /// `table` is one of "types" and "sources".
  name_interner(connection& writer, const std::string& table);

  /// Inside a transaction. Throws `sqlite_failure`.
  std::int64_t key_of(std::string_view name);

  /// After a rollback: keys that it made are gone.
  void forget() noexcept { keys_.clear(); }

 private:
  statement find_;
  statement add_;
  std::unordered_map<std::string, std::int64_t, text_hash, std::equal_to<>> keys_;
};

/// A reader's side: finds the name of a key. Remembers a bounded number of them. Not thread-safe.
class name_lookup {
 public:
  name_lookup(connection& reader, const std::string& table);

  /// Valid until the next call. Throws `sqlite_failure`, also (corrupt) where there is no such key.
  const std::string& name_of(std::int64_t key);

  /// The key of a name; 0 if it has none.
  std::int64_t key_of(std::string_view name);

 private:
  statement find_name_;
  statement find_key_;
  std::unordered_map<std::int64_t, std::string> names_;
};

}  // namespace eventmgr::sqlite
