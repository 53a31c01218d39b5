#include "telemetry/status_watch.hpp"

#include <utility>

namespace eventmgr::telemetry {

namespace {

using weight = status_note::weight;

weight weight_of(subscription_status status) {
  switch (status) {
    case subscription_status::active:
      return weight::info;
    case subscription_status::paused:
      return weight::warning;
    case subscription_status::error:
      break;
  }
  return weight::error;
}

}  // namespace

std::vector<status_note> status_watch::look(const health_report& health, const metrics_report& metrics,
                                            std::uint64_t accepts_failed, steady_time now) {
  std::vector<status_note> notes;
  look_at_store(health, notes);
  look_at_breakers(metrics.breakers, notes);
  follow(refused_, metrics.publish_requests_refused, now,
         "publish requests are refused, for the queue is full or the store is away", notes);
  follow(unaccepted_, accepts_failed, now, "connections cannot be accepted, for want of file descriptors or memory",
         notes);
  return notes;
}

void status_watch::look_at_store(const health_report& health, std::vector<status_note>& notes) {
  for (const dependency_health& each : health.dependencies) {
    health_state& known = dependencies_.try_emplace(each.name, health_state::healthy).first->second;
    if (std::exchange(known, each.state) == each.state) continue;
    if (each.state == health_state::healthy) {
      notes.push_back({weight::info, "the " + each.name + " is well again"});
    } else {
      const weight how = each.state == health_state::unhealthy ? weight::error : weight::warning;
      notes.push_back({how, "the " + each.name + " is in trouble: " + each.detail});
    }
  }
}

void status_watch::look_at_breakers(const std::vector<breaker_report>& all, std::vector<status_note>& notes) {
  std::map<std::string, bool> now;
  for (const breaker_report& each : all) {
    const auto known = open_breakers_.find(each.origin);
    const bool was_open = known != open_breakers_.end() && known->second;
    // Half-open is between the two: nobody knows yet.
    const bool is_open = each.state == breaker_state::half_open ? was_open : each.state == breaker_state::open;
    now.emplace(each.origin, is_open);
    if (is_open == was_open) continue;
    if (is_open) {
      notes.push_back({weight::warning, "the circuit breaker of " + each.origin + " has opened: it fails every time"});
    } else {
      notes.push_back({weight::info, "the circuit breaker of " + each.origin + " has closed: it answers again"});
    }
  }
  open_breakers_ = std::move(now);
}

void status_watch::follow(episode& one, std::uint64_t count, steady_time now, const char* what,
                          std::vector<status_note>& notes) {
  if (count != one.seen) {
    if (!std::exchange(one.open, true)) {
      one.began_at = one.seen;
      notes.push_back({weight::warning, what});
    }
    one.seen = count;
    one.last = now;
  } else if (one.open && now - one.last >= calm) {
    one.open = false;
    notes.push_back(
        {weight::info, std::string{"over for a minute: "} + what + " (" + std::to_string(count - one.began_at) + ")"});
  }
}

std::vector<status_note> status_watch::look(std::span<const subscription_info> all) {
  std::vector<status_note> notes;
  std::map<subscription_id, subscription_status> now;
  for (const subscription_info& each : all) {
    const auto known = subscriptions_.find(each.id);
    const subscription_status before = known == subscriptions_.end() ? subscription_status::active : known->second;
    now.emplace(each.id, each.status);
    if (each.status == before) continue;
    std::string text = "subscription " + each.definition.name + " is ";
    text += each.status == subscription_status::error ? "in error" : to_string(each.status);
    if (!each.status_reason.empty()) text += ": " + each.status_reason;
    notes.push_back({weight_of(each.status), std::move(text)});
  }
  subscriptions_ = std::move(now);
  return notes;
}

}  // namespace eventmgr::telemetry
