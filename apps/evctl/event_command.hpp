#pragma once

#include <eventmgr/client_tail.hpp>
#include <eventmgr/interrupt.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace eventmgr::evctl {

/// A shell command that handles events, one at a time: it gets an event's JSON on its standard input, and what it is in
/// EVENTMGR_EVENT_ID, EVENTMGR_EVENT_TYPE, EVENTMGR_EVENT_TOPIC and EVENTMGR_ATTEMPT. It shares standard output and
/// standard error, and has a process group of its own, so that the interrupt key lets it finish.
class event_command {
 public:
  enum class outcome : std::uint8_t {
    done,         ///< exit status 0
    failed,       ///< any other end
    refused,      ///< exit status 65 (EX_DATAERR): the event is wrong, and will be the next time
    unusable,     ///< exit status 126 or 127: the shell could not run the command at all
    interrupted,  ///< this program was told to end, and the command did not succeed in what time was left to it
  };
  struct ending {
    outcome what{outcome::done};
    std::string why{};  ///< of everything but `done`, as "exit status 3"
  };

  /// `stop` must outlive this object. SIGPIPE must be ignored, for a command need not read its input.
  event_command(std::string command, const client::interrupt& stop) : command_{std::move(command)}, stop_{stop} {}

  /// Runs it for one event, and keeps the link alive meanwhile. Once the interrupt is raised, the command has 10 s to
  /// finish; then it is sent SIGTERM, and 3 s later SIGKILL. Throws std::system_error if it cannot be started.
  ending run(std::string_view json, std::uint32_t attempt, client::stream_link& link) const;

 private:
  const std::string command_;
  const client::interrupt& stop_;
};

}  // namespace eventmgr::evctl
