#pragma once

#include "progress.hpp"
#include "session.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace eventmgr::evctl {

/// Work that goes on in the daemon, and how it is watched.
struct long_work {
  std::function<result<std::string>()> look;  ///< how it stands now, as JSON
  std::function<bool(const std::string& json)> is_over;
  std::function<void(const std::string& json, progress_line& line)> show;
};

/// Looks at it, several times a second, until it is over, and answers how it ended. A daemon that is away is waited
/// for. Fails as `look` does, and with `unreachable` at an interrupt.
result<std::string> watch_work(const long_work& work, session& here);

/// How quickly something grows, by what was seen since the first call.
class rate_meter {
 public:
  /// Per second; 0 at first.
  double see(std::uint64_t count);

 private:
  using clock = std::chrono::steady_clock;

  clock::time_point began_{};
  std::uint64_t first_{0};
};

/// A rate with as many digits as mean something: "0", "0.25", "7.1", "1240".
std::string rate_text(double per_second);

/// A number as JSON has it, as the member of that pointer; 0 if there is none.
std::uint64_t number_at(const std::string& json, std::string_view pointer);

}  // namespace eventmgr::evctl
