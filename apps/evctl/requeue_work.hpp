#pragma once

#include "session.hpp"

#include <eventmgr/requeue.hpp>

#include <cstdint>
#include <string>

namespace eventmgr::evctl {

/// Dead letters that a plan has neither delivered nor given up yet.
std::uint64_t left_of_requeue(const std::string& plan);

/// What to exit with for a plan that has completed: `done` if all that it selected was delivered, `partly` if some was,
/// else `failed`. What somebody else discarded or delivered meanwhile counts as not delivered by it.
exit_code judge_requeue(const std::string& plan);

/// Watches a plan until it has ended, with its progress on standard error, prints how it ended, and answers what to
/// exit with: as `judge_requeue` says, and `failed` if it was stopped or cancelled.
exit_code watch_requeue(requeue_id id, session& here);

}  // namespace eventmgr::evctl
