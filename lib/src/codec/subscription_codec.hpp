#pragma once

#include <eventmgr/error.hpp>
#include <eventmgr/subscription.hpp>
#include <eventmgr/time.hpp>
#include <eventmgr/topic.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// Definitions of subscriptions as clients write them (DESIGN sections 5 and 7). Every function here is thread-safe.
namespace eventmgr::codec {

/// Of a definition, or of a change of one.
inline constexpr std::size_t max_definition_bytes = 256U << 10U;

/// How long a signing secret that was replaced still signs.
inline constexpr std::chrono::hours secret_overlap = retired_secret::overlap;

/// What a definition is completed from.
struct definition_defaults {
  retry_policy retry{};  ///< in force where the definition says nothing, also where it says only a part
  time_point now{};      ///< what a duration in `startFrom` counts back from
};

/// Reads `{name?, topic, channel?, endpoint?, filter?, options?, description?}`, names in camelCase or snake_case, for
/// every channel but `callback`. An http(s) endpoint implies the channel `webhook`, a ws(s) one `websocket`; `realtime`
/// with `fallbackWebhook` and neither channel nor endpoint is a webhook to that address. The filter is kept in the
/// spelling of `to_json(event_filter)`, and as empty text if it passes everything.
///
/// Fails with `malformed_json`, or with `invalid_request` and every fault, pointers from the definition's root:
/// unknown members, options that mean nothing to the channel, values out of range, what the filter is refused for.
result<subscription_definition> parse_subscription(std::string_view json, const definition_defaults& defaults);

/// A WebSocket `subscribe` in pieces: the text of each member's JSON value, empty where it has none.
struct attachment_texts {
  std::string_view durable{};
  std::string_view topic{};
  std::string_view filter{};
  std::string_view options{};
  std::string_view since{};  ///< as `startFrom`
};

/// The definition, of channel `stream`, that a `subscribe` asks for. Its name is empty without `durable`, its topics
/// without `topic` (good only to attach to what is there). Fails as `parse_subscription`, pointers from the message's
/// root ("/durable", "/since").
result<subscription_definition> parse_attachment(const attachment_texts& texts, const definition_defaults& defaults);

/// What `existing` becomes by an RFC 7396 merge patch of the form in which it is shown; null puts a member back to its
/// default (a name: to empty text). A secret or header that is given as it is shown, masked, stays. A secret that
/// changes goes to `old_secret` for `secret_overlap`; one that is removed does not.
///
/// Fails as `parse_subscription`, and for a change of channel, ordering or `startFrom`.
result<subscription_definition> apply_patch(const subscription_definition& existing, std::string_view patch,
                                            const definition_defaults& defaults);

/// The subscription as the API shows it: {subscriptionId, name, topic, channel, endpoint?, filter, options,
/// description, status, statusReason?, generation, revision, createdAt, updatedAt}. `topic` is a string if there is one
/// pattern, else a list; `options` holds each value in force that means something to the channel. Secrets are shown as
/// "whsec_***", headers that look like credentials as "***".
std::string to_json(const subscription_info& info);

/// The same with `hints`, as the answer to a creation.
std::string to_json(const subscription_info& info, std::span<const topic_name> hints);

/// `{subscriptions, total, nextCursor}`; the cursor is null at the end, as in every page.
std::string to_json(const subscription_page& page);

/// {lag: {CRITICAL, HIGH, NORMAL, LOW}, totalLag, inFlight, exceptions, matched, acknowledged, expired, dead, skipped,
/// attempts, failedAttempts, perSecond, breaker: {state, until?}, consumers, oldestUnsettledAgeMs, idleReason,
/// lastError, lastSuccessAt, lastFailureAt}; null where there is nothing to say.
std::string to_json(const subscription_stats& stats);

}  // namespace eventmgr::codec
