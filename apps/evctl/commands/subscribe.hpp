#pragma once

#include "../event_command.hpp"
#include "../session.hpp"
#include "stream_arguments.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::evctl {

struct subscribe_options {
  stream_arguments stream{};
  std::string durable{};  ///< empty: a tail
  std::string command{};  ///< empty: events are printed
  std::optional<std::uint32_t> window{};
  std::string ack_timeout{};
  bool until_end{false};
};

/// `subscribe` without --durable.
exit_code run_tail(const subscribe_options& options, session& here);

/// `subscribe --durable`.
exit_code run_consumer(const subscribe_options& options, session& here);

/// Writes one event of a stream to standard output: a line for people, or a document.
void print_event(std::string_view json, session& here);

/// Says on standard error what became of an event that the command did not take.
void say_ending(std::string_view json, const event_command::ending& ended, const session& here);

}  // namespace eventmgr::evctl
