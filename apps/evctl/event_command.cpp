#include "event_command.hpp"

#include "child_process.hpp"
#include "json_text.hpp"

#include <poll.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <csignal>
#include <optional>
#include <vector>

namespace eventmgr::evctl {
namespace {

using clock = std::chrono::steady_clock;

constexpr int exit_data_error = 65;  // EX_DATAERR of sysexits.h
constexpr int exit_not_found = 127;
constexpr std::chrono::seconds patience_at_end{10};
constexpr std::chrono::seconds patience_after_term{3};
constexpr std::chrono::milliseconds longest_wait{5000};

std::vector<std::string> variables_of(std::string_view json, std::uint32_t attempt) {
  const auto member = [&](std::string_view pointer) { return member_text(json, pointer).value_or(""); };
  return {"EVENTMGR_EVENT_ID=" + member("/id"), "EVENTMGR_EVENT_TYPE=" + member("/type"),
          "EVENTMGR_EVENT_TOPIC=" + member("/topic"), "EVENTMGR_ATTEMPT=" + std::to_string(attempt)};
}

/// Ends a command that goes on after the interrupt.
class farewell {
 public:
  explicit farewell(child_process& child) : child_{child} {}

  /// Called now and then once the interrupt is raised.
  void press() {
    const auto now = clock::now();
    if (now < next_) return;
    switch (stage_++) {
      case 0:
        next_ = now + patience_at_end;
        break;
      case 1:
        child_.signal_group(SIGTERM);
        next_ = now + patience_after_term;
        break;
      default:
        child_.signal_group(SIGKILL);
        next_ = now + patience_after_term;
        break;
    }
  }

  std::chrono::milliseconds until_next() const {
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(next_ - clock::now()), std::chrono::milliseconds{0});
  }

 private:
  child_process& child_;
  int stage_{0};
  clock::time_point next_{};
};

/// Feeds the command and waits for its end.
int wait_for_end(child_process& child, std::string_view input, const client::interrupt& stop,
                 client::stream_link& link) {
  farewell leaving{child};
  for (;;) {
    if (input.empty()) child.close_input();
    auto wait = longest_wait;
    if (stop.raised()) {
      leaving.press();
      wait = std::min(wait, leaving.until_next());
    }
    // Once raised, the interrupt's descriptor stays readable.
    std::array<pollfd, 3> watched{pollfd{child.descriptor(), POLLIN, 0}, pollfd{child.input(), POLLOUT, 0},
                                  pollfd{stop.raised() ? -1 : stop.descriptor(), POLLIN, 0}};
    ::poll(watched.data(), watched.size(), static_cast<int>(wait.count()));
    if (const auto status = child.status()) return *status;
    if (watched[1].revents != 0 && !child.write_some(input)) input = {};
    link.keep_alive();
  }
}

event_command::ending read_ending(int status) {
  using outcome = event_command::outcome;
  if (WIFSIGNALED(status)) return {outcome::failed, "killed by signal " + std::to_string(WTERMSIG(status))};
  const int code = WEXITSTATUS(status);
  if (code == 0) return {};
  const auto why = "exit status " + std::to_string(code);
  if (code == exit_data_error) return {outcome::refused, why};
  if (code == exit_cannot_execute || code == exit_not_found) return {outcome::unusable, why};
  return {outcome::failed, why};
}

}  // namespace

event_command::ending event_command::run(std::string_view json, std::uint32_t attempt,
                                         client::stream_link& link) const {
  const auto input = std::string{json} + "\n";
  child_process child{command_, variables_of(json, attempt)};
  auto ended = read_ending(wait_for_end(child, input, stop_, link));
  if (ended.what != outcome::done && stop_.raised()) ended.what = outcome::interrupted;
  return ended;
}

}  // namespace eventmgr::evctl
