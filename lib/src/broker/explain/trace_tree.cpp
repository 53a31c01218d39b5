#include "broker/explain/trace_tree.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
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

/// The attempt by which the event was given up first: its dead letter tells of the last time only, but what is put in
/// again had been given up before. Null where the two are the same, or where the log does not tell.
const delivery_attempt* first_given_up(const event_delivery& delivery) {
  const auto last =
      std::ranges::find(delivery.log.rbegin(), delivery.log.rend(), attempt_origin::live, &delivery_attempt::origin);
  const auto again = last.base();
  if (!delivery.dead || last == delivery.log.rend() || again == delivery.log.end()) return nullptr;
  return last->success || delivery.dead->failed_at < again->at ? nullptr : &*last;
}

/// Adds what one subscription did with one event.
class delivery_story {
 public:
  delivery_story(std::vector<trace_entry>& to, const event& record, const event_delivery& delivery)
      : to_{to}, record_{record}, delivery_{delivery} {}

  void tell() {
    // Of one moment, what was asked for comes first, and what came of an attempt last.
    for (const redelivery_note& note : delivery_.redeliveries) add(note);
    for (const delivery_attempt& attempt : delivery_.log) add(attempt);
    add_dead_letter();
    add_end();
  }

 private:
  trace_entry entry(trace_entry::kind what, time_point at) const {
    return {.what = what,
            .at = at,
            .latency = at - record_.received_at,
            .event = record_.id,
            .subscription = delivery_.subscription,
            .subscription_name = delivery_.name};
  }

  trace_entry untimed(trace_entry::kind what, time_point after, std::string why) const {
    trace_entry made = entry(what, after);
    made.timed = false;
    made.time_not_kept = std::move(why);
    made.latency.reset();
    return made;
  }

  void add(const redelivery_note& note) {
    const auto what = note.origin == attempt_origin::replay ? trace_entry::kind::replay : trace_entry::kind::requeue;
    trace_entry made =
        note.asked_at ? entry(what, *note.asked_at)
                      : untimed(what, note.begun_at.value_or(record_.received_at), "an earlier release kept no plan");
    made.error = note.error;
    made.again = note;
    to_.push_back(std::move(made));
  }

  void add(const delivery_attempt& attempt) {
    trace_entry made = entry(trace_entry::kind::attempt, attempt.at);
    made.attempt = attempt.attempt;
    made.origin = attempt.origin;
    made.redelivery = attempt.redelivery;
    made.success = attempt.success;
    made.error = attempt.error;
    made.duration = attempt.duration;
    to_.push_back(std::move(made));
  }

  void add_dead_letter() {
    const auto add_one = [&](time_point at, std::uint32_t attempts, const std::string& reason) {
      trace_entry made = entry(trace_entry::kind::dead_letter, at);
      made.attempt = attempts;
      made.error = reason;
      to_.push_back(std::move(made));
    };
    if (const auto* first = first_given_up(delivery_)) {
      add_one(first->at + first->duration, first->attempt, first->error);
    }
    if (delivery_.dead) add_one(delivery_.dead->failed_at, delivery_.dead->attempts, delivery_.dead->reason);
  }

  void add_end() {
    // The log may have been cut.
    const bool told = delivery_.acknowledgement_logged && std::ranges::any_of(delivery_.log, [&](const auto& attempt) {
                        return attempt.success && attempt.at + attempt.duration == delivery_.acknowledged_at;
                      });
    if (!told && delivery_.delivered().value_or(false)) {
      trace_entry made = delivery_.acknowledged_at
                             ? entry(trace_entry::kind::delivered, *delivery_.acknowledged_at)
                             : untimed(trace_entry::kind::delivered, latest(), delivery_.time_not_kept);
      made.attempt = delivery_.acknowledging_attempt;
      made.duration = delivery_.acknowledging_time;
      made.success = true;
      to_.push_back(std::move(made));
    }
    if (delivery_.dead && delivery_.dead->state == dead_letter_state::discarded) {
      to_.push_back(untimed(trace_entry::kind::discarded, latest(), "discarding leaves none"));
    }
  }

  /// The last moment of which it is known that something happened.
  time_point latest() const {
    time_point found = record_.received_at;
    if (!delivery_.log.empty()) found = std::max(found, delivery_.log.back().at);
    if (delivery_.dead) found = std::max(found, delivery_.dead->failed_at);
    return found;
  }

  std::vector<trace_entry>& to_;
  const event& record_;
  const event_delivery& delivery_;
};

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
    for (const event_delivery& delivery : each.deliveries) delivery_story{all, each.record, delivery}.tell();
  }
  std::ranges::stable_sort(all, {}, &trace_entry::at);
  if (all.size() > most) all.resize(most);
  for (trace_entry& entry : all) entry.since_start = entry.at - all.front().at;
  return all;
}

}  // namespace eventmgr
