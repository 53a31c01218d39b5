#pragma once

#include "support/eventually.hpp"

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr::testing {

/// A connection to a store's file behind the store's back, as people have one with sqlite3. It waits for locks, for the
/// store may be about to write.
class sqlite_file {
 public:
  explicit sqlite_file(const std::string& path) {
    sqlite3* opened = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &opened) == SQLITE_OK);
    database_.reset(opened);
    constexpr std::chrono::milliseconds patience{default_patience};
    sqlite3_busy_timeout(opened, static_cast<int>(patience.count()));
  }

  /// Runs statements; how many rows were changed.
  int execute(const std::string& sql) {
    CHECK(sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    return sqlite3_total_changes(database_.get());
  }

  /// The columns of what a query finds, row after row; what is null is "NULL".
  std::vector<std::string> read(const std::string& sql) {
    std::vector<std::string> found;
    const auto keep = [](void* to, int columns, char** values, char** /*names*/) {
      for (int i = 0; i < columns; ++i) {
        static_cast<std::vector<std::string>*>(to)->emplace_back(values[i] == nullptr ? "NULL" : values[i]);
      }
      return 0;
    };
    REQUIRE(sqlite3_exec(database_.get(), sql.c_str(), keep, &found, nullptr) == SQLITE_OK);
    return found;
  }

 private:
  struct closer {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  std::unique_ptr<sqlite3, closer> database_;
};

/// Runs statements on a connection of their own; how many rows were changed.
inline int execute(const std::string& path, const std::string& sql) { return sqlite_file{path}.execute(sql); }

}  // namespace eventmgr::testing
