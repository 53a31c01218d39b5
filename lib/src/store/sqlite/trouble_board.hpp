#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>

namespace eventmgr::sqlite {

/// Which part of the store a trouble is in.
enum class activity : std::size_t { writing, reading, checkpoint };

/// What is wrong now, per activity. Thread-safe; `clear` costs one load while all is well.
class trouble_board {
 public:
  void set(activity where, std::string text);
  void clear(activity where);
  bool has(activity where) const noexcept { return flags_[static_cast<std::size_t>(where)].load(); }

  /// All troubles, joined; empty while there is none.
  std::string text() const;

 private:
  static constexpr std::size_t activities = 3;

  mutable std::mutex mutex_;
  std::array<std::string, activities> texts_;
  std::array<std::atomic<bool>, activities> flags_{};
};

}  // namespace eventmgr::sqlite
