#pragma once

#include <eventmgr/proof.hpp>

#include <string>

namespace eventmgr::codec {

/// {ok, problems: [{check, partition, offset?, block?, subscription?, message}], problemCount, partitions,
/// subscriptions, events, durationMs}
std::string to_json(const proof_report& report);

/// `{running, done, total}`
std::string to_json(const proof_progress& progress);

}  // namespace eventmgr::codec
