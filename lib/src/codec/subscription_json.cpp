#include "codec/definition_writer.hpp"
#include "codec/json_writer.hpp"
#include "codec/object_writer.hpp"
#include "codec/subscription_codec.hpp"

#include <array>
#include <numeric>

namespace eventmgr::codec {
namespace {

void write_info(object_writer& object, const subscription_info& info) {
  object.text("subscriptionId", to_string(info.id));
  write_definition(object, info.definition, definition_form::shown);
  object.text("status", to_string(info.status));
  if (!info.status_reason.empty()) object.text("statusReason", info.status_reason);
  object.number("generation", info.generation);
  object.number("revision", info.revision);
  object.time("createdAt", info.created_at);
  object.time("updatedAt", info.updated_at);
}

void write_lag(std::string& out, const std::array<std::uint64_t, 4>& lag) {
  object_writer object{out};
  for (std::size_t lane = 0; lane < lag.size(); ++lane) {
    object.number(to_string(static_cast<priority>(lane)), lag[lane]);
  }
  object.end();
}

void write_breaker(std::string& out, const subscription_stats& stats) {
  object_writer object{out};
  object.text("state", to_string(stats.breaker));
  if (stats.breaker_until) object.time("until", *stats.breaker_until);
  object.end();
}

void write_time(object_writer& object, std::string_view name, const std::optional<time_point>& at) {
  if (at) {
    object.time(name, *at);
  } else {
    object.null(name);
  }
}

}  // namespace

std::string to_json(const subscription_info& info) {
  std::string out;
  object_writer object{out};
  write_info(object, info);
  object.end();
  return out;
}

std::string to_json(const subscription_info& info, std::span<const topic_name> hints) {
  std::string out;
  object_writer object{out};
  write_info(object, info);
  object.key("hints") += '[';
  for (const topic_name& hint : hints) {
    if (&hint != &hints.front()) out += ',';
    append_json_string(out, hint.str());
  }
  out += ']';
  object.end();
  return out;
}

std::string to_json(const subscription_page& page) {
  std::string out;
  object_writer object{out};
  object.key("subscriptions") += '[';
  for (const subscription_info& info : page.subscriptions) {
    if (&info != &page.subscriptions.front()) out += ',';
    object_writer item{out};
    write_info(item, info);
    item.end();
  }
  out += ']';
  object.number("total", page.total);
  object.text_or_null("nextCursor", page.next_cursor);
  object.end();
  return out;
}

std::string to_json(const subscription_stats& stats) {
  std::string out;
  object_writer object{out};
  write_lag(object.key("lag"), stats.lag);
  object.number("totalLag", std::accumulate(stats.lag.begin(), stats.lag.end(), std::uint64_t{0}));
  object.number("inFlight", stats.in_flight);
  object.number("exceptions", stats.exceptions);
  object.number("matched", stats.matched);
  object.number("acknowledged", stats.acknowledged);
  object.number("expired", stats.expired);
  object.number("dead", stats.dead);
  object.number("skipped", stats.skipped);
  object.number("attempts", stats.attempts);
  object.number("failedAttempts", stats.failed_attempts);
  object.number("perSecond", stats.per_second);
  write_breaker(object.key("breaker"), stats);
  object.number("consumers", stats.consumers);
  if (stats.oldest_unsettled_age) {
    object.number("oldestUnsettledAgeMs", stats.oldest_unsettled_age->count());
  } else {
    object.null("oldestUnsettledAgeMs");
  }
  object.text_or_null("idleReason", stats.idle_reason);
  object.text_or_null("lastError", stats.last_error);
  write_time(object, "lastSuccessAt", stats.last_success_at);
  write_time(object, "lastFailureAt", stats.last_failure_at);
  object.end();
  return out;
}

}  // namespace eventmgr::codec
