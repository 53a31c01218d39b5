#include "broker/explain/trace_tree.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace eventmgr {

namespace {

/// The events of a trace by what caused them.
class causes {
 public:
  explicit causes(std::span<const event> records) {
    for (const event& record : records) {
      if (places_.emplace(record.id, records_.size()).second) records_.push_back(&record);
    }
    std::ranges::sort(records_, {}, [](const event* each) {
      return std::tuple{each->received_at, each->partition, each->seq};
    });
    for (std::size_t i = 0; i < records_.size(); ++i) places_[records_[i]->id] = i;
    effects_.resize(records_.size());
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (const auto cause = cause_of(i)) effects_[*cause].push_back(i);
    }
  }

  std::size_t size() const noexcept { return records_.size(); }
  const event& operator[](std::size_t index) const { return *records_[index]; }

  std::optional<std::size_t> find(event_id id) const {
    const auto found = places_.find(id);
    return found == places_.end() ? std::nullopt : std::optional{found->second};
  }

  std::optional<std::size_t> cause_of(std::size_t index) const {
    const auto& cause = records_[index]->causation_id;
    const auto found = cause ? find(*cause) : std::nullopt;
    return found == index ? std::nullopt : found;
  }

  /// By time.
  const std::vector<std::size_t>& effects_of(std::size_t index) const { return effects_[index]; }

 private:
  std::vector<const event*> records_;  ///< by time
  std::unordered_map<event_id, std::size_t> places_;
  std::vector<std::vector<std::size_t>> effects_;
};

/// Visits what has no cause here, each followed by all that it led to; then what is only in circles.
class tree_walk {
 public:
  tree_walk(const causes& all, event_id self) : all_{all}, relations_(all.size(), trace_relation::correlated) {
    const auto start = all.find(self);
    if (!start) return;
    relations_[*start] = trace_relation::self;
    for (auto cause = all.cause_of(*start); cause && relations_[*cause] == trace_relation::correlated;
         cause = all.cause_of(*cause)) {
      relations_[*cause] = trace_relation::ancestor;
    }
  }

  std::vector<traced_event> walk() {
    visited_.assign(all_.size(), false);
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!all_.cause_of(i)) visit(i);
    }
    for (std::size_t i = 0; i < all_.size(); ++i) visit(i);
    return std::move(made_);
  }

 private:
  void visit(std::size_t root) {
    std::vector<std::pair<std::size_t, std::uint32_t>> stack{{root, 0}};
    while (!stack.empty()) {
      const auto [index, depth] = stack.back();
      stack.pop_back();
      if (visited_[index]) continue;
      visited_[index] = true;
      add(index, depth);
      const auto& effects = all_.effects_of(index);
      for (auto effect = effects.rbegin(); effect != effects.rend(); ++effect) stack.emplace_back(*effect, depth + 1);
    }
  }

  void add(std::size_t index, std::uint32_t depth) {
    traced_event each{.record = all_[index], .depth = depth};
    if (const auto cause = all_.cause_of(index); cause && depth > 0) {
      each.since_cause = each.record.received_at - all_[*cause].received_at;
      const trace_relation above = relations_[*cause];
      const bool follows = above == trace_relation::self || above == trace_relation::descendant;
      if (follows && relations_[index] == trace_relation::correlated) relations_[index] = trace_relation::descendant;
    }
    each.relation = relations_[index];
    made_.push_back(std::move(each));
  }

  const causes& all_;
  std::vector<trace_relation> relations_;
  std::vector<bool> visited_;
  std::vector<traced_event> made_;
};

void add_delivery(std::vector<trace_entry>& to, const event& record, const event_delivery& delivery) {
  const auto entry = [&](trace_entry::kind what, time_point at) {
    return trace_entry{.what = what,
                       .at = at,
                       .latency = at - record.received_at,
                       .event = record.id,
                       .subscription = delivery.subscription,
                       .subscription_name = delivery.name};
  };
  for (const delivery_attempt& attempt : delivery.log) {
    trace_entry made = entry(trace_entry::kind::attempt, attempt.at);
    made.attempt = attempt.attempt;
    made.origin = attempt.origin;
    made.success = attempt.success;
    made.error = attempt.error;
    made.duration = attempt.duration;
    to.push_back(std::move(made));
  }
  time_point latest = record.received_at;
  if (!delivery.log.empty()) latest = std::max(latest, delivery.log.back().at);
  if (delivery.dead) {
    trace_entry made = entry(trace_entry::kind::dead_letter, delivery.dead->failed_at);
    made.attempt = delivery.dead->attempts;
    made.error = delivery.dead->reason;
    to.push_back(std::move(made));
    latest = std::max(latest, delivery.dead->failed_at);
  }
  const auto untimed = [&](trace_entry::kind what) {
    trace_entry made = entry(what, latest);
    made.timed = false;
    made.latency.reset();
    to.push_back(std::move(made));
  };
  const bool logged = std::ranges::any_of(delivery.log, &delivery_attempt::success);
  if (!logged && delivery.delivered().value_or(false)) untimed(trace_entry::kind::delivered);
  if (delivery.dead && delivery.dead->state == dead_letter_state::discarded) untimed(trace_entry::kind::discarded);
}

}  // namespace

std::vector<traced_event> arrange_trace(event_id self, std::span<const event> records) {
  const causes all{records};
  return tree_walk{all, self}.walk();
}

std::vector<std::size_t> nearest_first(std::span<const traced_event> events) {
  std::vector<std::size_t> order;
  const auto add = [&](trace_relation relation) {
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (events[i].relation == relation) order.push_back(i);
    }
  };
  add(trace_relation::self);
  const std::size_t first_cause = order.size();
  add(trace_relation::ancestor);
  // The tree has the farthest first.
  std::reverse(order.begin() + static_cast<std::ptrdiff_t>(first_cause), order.end());
  add(trace_relation::descendant);
  add(trace_relation::correlated);
  return order;
}

std::vector<trace_entry> timeline_of(std::span<const traced_event> events, std::size_t most) {
  std::vector<trace_entry> all;
  for (const traced_event& each : events) {
    all.push_back({.what = trace_entry::kind::received,
                   .at = each.record.received_at,
                   .latency = each.since_cause,
                   .event = each.record.id});
    for (const event_delivery& delivery : each.deliveries) add_delivery(all, each.record, delivery);
  }
  std::ranges::stable_sort(all, {}, &trace_entry::at);
  if (all.size() > most) all.resize(most);
  for (trace_entry& entry : all) entry.since_start = entry.at - all.front().at;
  return all;
}

}  // namespace eventmgr
