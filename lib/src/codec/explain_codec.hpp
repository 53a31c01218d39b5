#pragma once

#include <eventmgr/backtest.hpp>
#include <eventmgr/delivery_report.hpp>
#include <eventmgr/error.hpp>
#include <eventmgr/explanation.hpp>
#include <eventmgr/time.hpp>
#include <eventmgr/trace.hpp>

#include <string>
#include <string_view>

/// What is told of where events go, and why. Every function here is thread-safe. Members are null where there is
/// nothing to say.
namespace eventmgr::codec {

/// {eventId, type, topic, priority, published, seq, partition, receivedAt, subscriptions: [{subscriptionId, name,
/// matches, stages: [{stage, verdict, detail, clause?, path?, wanted?, found?}], outcome}], total, nextCursor}. Of a
/// clause that refuses the event, `wanted` is what the filter says and `found` what stood there.
std::string to_json(const event_explanation& explanation);

/// {eventId, deliveries: [{subscriptionId, name, outcome, log}], nextCursor}. Of an outcome `acknowledgement` tells of
/// the attempt that succeeded, or `timeNotKept` why nothing is known of it; `redeliveries` are requeues and replays.
std::string to_json(const delivery_page& page);

/// {eventId, events: [{id, type, ..., relation, depth, sinceCauseMs, deliveries}], timeline: [{at, sinceStartMs,
/// timeNotKept?, kind, latencyMs, eventId, ...}], complete, limits}; `deliveries` is null for an event that was not
/// looked into.
std::string to_json(const event_trace& trace);

/// {scanned, matched, complete, scannedThrough, perHour: [{hour, count}], samples, hints, against?}
std::string to_json(const backtest_result& result);

/// Appends {subscriptionId, name, outcome, attempts, error}.
void append_json(std::string& out, const delivery_report& report);

/// Reads {topic?, filter?, options?: {priority}, since?, until?, against?}; times are RFC 3339 or durations back from
/// `now`. Fails with `malformed_json`, or with `invalid_request` and every fault, pointers from the body's root.
result<backtest_request> parse_backtest(std::string_view json, time_point now);

}  // namespace eventmgr::codec
