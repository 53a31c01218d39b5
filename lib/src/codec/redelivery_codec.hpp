#pragma once

#include "codec/object_writer.hpp"

#include <eventmgr/dead_letter.hpp>
#include <eventmgr/error.hpp>
#include <eventmgr/replay.hpp>
#include <eventmgr/requeue.hpp>
#include <eventmgr/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The bodies of calls that put dead letters right or replay history, and what these calls answer (DESIGN section 5).
/// Every function here is thread-safe.
///
/// The readers fail with `malformed_json`, or with `invalid_request` and every fault, pointers from the body's root.
/// Names may be in snake_case. Times are RFC 3339, or durations back from `now`.
namespace eventmgr::codec {

/// Reads `{patch?}`, an empty body as `{}`: the patch as compact JSON, empty if it changes nothing.
result<std::string> parse_requeue_patch(std::string_view json);

struct requeue_body {
  requeue_request request{};
  bool dry_run{false};
};

/// Reads `{ids?, subscription?, topic?, type?, reason?, fingerprint?, since?, until?, limit?, canary?, ratePerSecond?,
/// stopOnFailures?, patch?, dryRun?}`. A list of ids is not empty.
result<requeue_body> parse_requeue(std::string_view json, time_point now);

struct purge_body {
  dead_letter_query which{};
  std::optional<std::uint64_t> limit{};  ///< at most so many, the oldest
  bool dry_run{false};
};

/// Reads the same filters, `limit?` and `dryRun?`.
result<purge_body> parse_purge(std::string_view json, time_point now);

struct replay_body {
  replay_request request{};
  bool dry_run{false};
};

/// Reads `{from?, to?, topic?, filter?, subscriptions?, speed?, dryRun?}`. The ends are what `read_start_point` reads;
/// `topic` is a pattern or a list of them. The filter is kept in the spelling of `to_json(event_filter)`, and as empty
/// text if it passes everything.
result<replay_body> parse_replay(std::string_view json, time_point now);

/// Check a request as the readers would check its text, and bring it into the form that they give: a filter or a patch
/// is compact.
result<requeue_request> check_requeue(const requeue_request& request);
result<replay_request> check_replay(const replay_request& request);

/// Writes the filters of a selection as they stand in these bodies; `state`, `limit`, `cursor` and order are left out.
void write_members(object_writer& into, const dead_letter_query& which);

// Write what the readers read, without `dryRun`; what is not given is left out.
void write_members(object_writer& into, const requeue_request& request);
void write_members(object_writer& into, const replay_request& request);

/// {planId, status, statusReason, matched, delivered, failed, skipped, request, createdAt, updatedAt}
std::string to_json(const requeue_plan& plan);

/// The same with `requeued` and `dryRun`, as the answer to its creation.
std::string to_json_of_new(const requeue_plan& plan);

/// `{requeues, total, nextCursor}`
std::string to_json(const requeue_page& page);

/// `{matched, requeued, dryRun, oldest, newest}`
std::string to_json(const requeue_preview& preview);

/// `{matched, discarded, dryRun}`
std::string purge_to_json(std::uint64_t matched, std::uint64_t discarded, bool dry_run);

/// `{total, groups: [{fingerprint, reason, example, newestId, count, oldest, newest, subscriptions: [{name, count}],
/// topics: [{name, count}]}]}`
std::string to_json(const dead_letter_summary& summary);

/// {replayId, status, statusReason, eventsToReplay, eventsReplayed, estimatedDuration, request, subscriptions:
/// [{subscriptionId, name, delivered, failed, done}], createdAt, updatedAt}; the duration in milliseconds, or null.
std::string to_json(const replay_info& replay);

/// `{replays, total, nextCursor}`
std::string to_json(const replay_page& page);

/// `{dryRun, eventsToReplay, originalDuration, subscriptions: [{subscriptionId, name, events}]}`
std::string to_json(const replay_preview& preview);

}  // namespace eventmgr::codec
