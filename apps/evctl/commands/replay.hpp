#pragma once

#include "../command.hpp"

#include <eventmgr/replay.hpp>

#include <string>

namespace eventmgr::evctl {

void add_replay_list(CLI::App& parent, command_action& chosen);
void add_replay_status(CLI::App& parent, command_action& chosen);
void add_replay_cancel(CLI::App& parent, command_action& chosen);

/// Watches a replay until it has ended, with its progress on standard error, prints how it ended, and answers what to
/// exit with: `partly` if some deliveries failed for good, `failed` if it was cancelled or could not go on.
exit_code watch_replay(replay_id id, session& here);

}  // namespace eventmgr::evctl
