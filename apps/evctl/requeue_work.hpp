#pragma once

#include "session.hpp"

#include <eventmgr/requeue.hpp>

#include <string>

namespace eventmgr::evctl {

/// Reads a plan's id. Fails with `invalid_request`.
result<requeue_id> read_requeue_id(const std::string& text);

/// Watches a plan until it has ended, with its progress on standard error, prints how it ended, and answers what to
/// exit with: `done` if all was delivered, `partly` if some was, else `failed`; `failed` also if it was stopped or
/// cancelled.
exit_code watch_requeue(requeue_id id, session& here);

}  // namespace eventmgr::evctl
