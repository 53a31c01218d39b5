#include "support/daemon.hpp"

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace eventmgr::testing {
namespace {

constexpr std::string_view announcement = "listening on http://127.0.0.1:";

process_options command_for(const daemon_options& options) {
  process_options result;
  result.command = {program_path("eventmgrd"), "--listen", "127.0.0.1:" + std::to_string(options.port), "--set",
                    "metrics.port=0"};
  if (options.data_dir.empty()) {
    result.command.emplace_back("--ephemeral");
  } else {
    result.command.insert(result.command.end(), {"--data-dir", options.data_dir});
  }
  result.command.insert(result.command.end(), options.arguments.begin(), options.arguments.end());
  result.unset = {"DATABASE_URL", "NOTIFY_SOCKET", "STATE_DIRECTORY"};
  return result;
}

std::uint16_t read_port(std::string_view log) {
  std::uint16_t port = 0;
  const auto at = log.find(announcement);
  if (at != std::string_view::npos) {
    log.remove_prefix(at + announcement.size());
    std::from_chars(log.data(), log.data() + log.size(), port);
  }
  return port;
}

}  // namespace

daemon::daemon(const daemon_options& options) : child_{command_for(options)} {
  // The line is only whole with its end.
  if (child_.wait_for_err(announcement, options.deadline)) {
    const auto wanted = child_.err().find(announcement);
    while (child_.err().find('\n', wanted) == std::string::npos && !child_.wait(process::duration{1})) {
    }
    port_ = read_port(child_.err());
  }
  if (port_ == 0) throw std::runtime_error{"eventmgrd did not start; it wrote:\n" + child_.err()};
}

}  // namespace eventmgr::testing
