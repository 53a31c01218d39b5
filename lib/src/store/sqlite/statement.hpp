#pragma once

#include <eventmgr/id.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3_stmt;

namespace eventmgr::sqlite {

class connection;

/// A prepared statement. Parameters count from 1, columns from 0. What can fail throws `sqlite_failure`. Not
/// thread-safe.
class statement {
 public:
  statement(connection& on, std::string_view sql);

  void bind(int parameter, std::int64_t value);
  void bind(int parameter, offset value) { bind(parameter, static_cast<std::int64_t>(value.value)); }
  /// Text and blobs are not copied: they must outlive the run.
  void bind(int parameter, std::string_view text);
  void bind(int parameter, const uuid& id);
  void bind_null(int parameter);

  /// Goes to the next row; false when there is none.
  bool step();

  /// Runs a statement without rows to its end and makes it ready for the next run.
  void run();

  /// Ends a run, so that it holds no lock or snapshot. Bindings stay.
  void reset() noexcept;

  std::int64_t integer(int column) const noexcept;
  bool is_null(int column) const noexcept;
  /// Valid until the next step or reset.
  std::string_view text(int column) const noexcept;
  /// The nil id where the column does not hold 16 bytes.
  uuid id(int column) const noexcept;

 private:
  struct finalizer {
    void operator()(sqlite3_stmt* handle) const noexcept;
  };
  void check(int outcome) const;

  std::unique_ptr<sqlite3_stmt, finalizer> handle_;
};

/// Resets a statement at the end of a scope, also when it is left by an exception.
class scoped_run {
 public:
  explicit scoped_run(statement& of) noexcept : statement_{of} {}
  ~scoped_run() { statement_.reset(); }
  scoped_run(const scoped_run&) = delete;
  scoped_run& operator=(const scoped_run&) = delete;

 private:
  statement& statement_;
};

}  // namespace eventmgr::sqlite
