#include "verify.hpp"

#include "assembly/verification.hpp"
#include "options.hpp"

#include <unistd.h>

#include <cstdint>
#include <ostream>
#include <string>

namespace eventmgr::daemon {

namespace {

constexpr const char* wipe_line = "\r\x1b[K";

/// Shows each per cent, where somebody looks.
class progress {
 public:
  explicit progress(std::ostream& err) : err_{err}, shown_{::isatty(STDERR_FILENO) == 1} {}

  void update(const proof_progress& at) {
    const std::uint64_t percent = at.total == 0 ? 100 : at.done * 100 / at.total;
    if (!shown_ || percent == last_) return;
    last_ = percent;
    err_ << wipe_line << "verifying " << percent << "%" << std::flush;
  }

  void end() {
    if (shown_) err_ << wipe_line << std::flush;
  }

 private:
  std::ostream& err_;
  const bool shown_;
  std::uint64_t last_{UINT64_MAX};
};

std::string counted(std::uint64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

int verify(const settings& configuration, std::ostream& out, std::ostream& err) {
  progress shown{err};
  const auto proven = assembly::verify_store(configuration, [&](const proof_progress& at) { shown.update(at); });
  shown.end();
  const proof_report& report = proven.report;
  out << proven.json << '\n';
  err << "eventmgrd: " << counted(report.events, "event") << ", "
      << counted(report.subscriptions.size(), "subscription") << ": "
      << (report.ok() ? "no problem" : counted(report.problem_count, "problem")) << '\n';
  return report.ok() ? exit_done : exit_failed;
}

}  // namespace eventmgr::daemon
