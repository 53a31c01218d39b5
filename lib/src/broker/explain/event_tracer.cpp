#include "broker/explain/event_tracer.hpp"

#include "broker/explain/explain_face.hpp"
#include "broker/explain/trace_tree.hpp"
#include "broker/missing_event.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace eventmgr {

namespace {

constexpr std::uint32_t deliveries_of_one = 100;

/// What there is to tell of an event, without deliveries.
class relatives {
 public:
  relatives(event_store& store, event self) : store_{store}, self_{self.id} { add(std::move(self)); }

  void find() {
    const std::optional<event_id> correlation = follow_causes();
    follow_effects();
    read_correlated(correlation.value_or(self_));
  }

  std::vector<traced_event> arrange() const { return arrange_trace(self_, records_); }
  std::vector<std::string> limits() && { return std::move(limits_); }

 private:
  bool add(event record) {
    if (!known_.insert(record.id).second) return false;
    record.payload.clear();
    record.metadata.clear();
    records_.push_back(std::move(record));
    return true;
  }

  /// The first correlation id that is met on the way up.
  std::optional<event_id> follow_causes() {
    std::optional<event_id> correlation = records_.front().correlation_id;
    std::optional<event_id> cause = records_.front().causation_id;
    for (std::size_t i = 0; cause && !known_.contains(*cause); ++i) {
      if (i == event_trace::max_ancestors) {
        limits_.push_back("causes further up than " + std::to_string(event_trace::max_ancestors) + " events");
        break;
      }
      const event_id id = *cause;
      auto found = store_.find_event(id);
      if (!found) {
        limits_.push_back("the cause " + to_string(id) + " is not in the store");
        break;
      }
      if (!correlation) correlation = found->correlation_id;
      cause = found->causation_id;
      add(std::move(*found));
    }
    return correlation;
  }

  /// Downwards from the event, one generation after the other.
  void follow_effects() {
    std::vector<event_id> generation{self_};
    std::size_t room = event_trace::max_descendants;
    while (!generation.empty()) {
      std::vector<event> effects = store_.effects_of(generation, static_cast<std::uint32_t>(room + 1));
      const bool cut = effects.size() > room;
      if (cut) {
        effects.pop_back();
        limits_.push_back("events that it led to after the first " + std::to_string(event_trace::max_descendants));
      }
      room -= effects.size();
      generation.clear();
      for (event& record : effects) {
        const event_id id = record.id;
        // One that is known stands above: causes may lead round in a circle.
        if (add(std::move(record)) && !cut) generation.push_back(id);
      }
    }
  }

  void read_correlated(event_id correlation) {
    // What began it all often gives its own id for this.
    if (auto first = store_.find_event(correlation)) add(std::move(*first));
    event_query query{.correlation_id = correlation, .limit = event_query::max_limit, .order = sort_order::ascending};
    std::size_t count = 0;
    for (;;) {
      auto page = store_.query_events(query);
      if (!page) return;
      for (event& record : page->events) {
        if (count == event_trace::max_events) return cut();
        ++count;
        add(std::move(record));
      }
      if (!page->has_more) return;
      if (count == event_trace::max_events) return cut();
      query.cursor = page->next_cursor;
    }
  }

  void cut() {
    limits_.push_back("events of the correlation id after the first " + std::to_string(event_trace::max_events));
  }

  event_store& store_;
  const event_id self_;
  std::vector<event> records_;
  std::unordered_set<event_id> known_;
  std::vector<std::string> limits_;
};

}  // namespace

struct event_tracer::story {
  event_trace made{};
  std::vector<std::size_t> order{};  ///< in which events are looked into
  std::size_t next{0};
  std::size_t attempts_left{event_trace::max_attempts};
  std::size_t shortened{0};  ///< deliveries whose oldest attempts are left out
  reply<event_trace> done{};

  void shorten_logs(std::vector<event_delivery>& of) {
    for (event_delivery& each : of) {
      if (each.log.size() > attempts_left) {
        each.log.erase(each.log.begin(), each.log.end() - static_cast<std::ptrdiff_t>(attempts_left));
        each.log_complete = false;
      }
      attempts_left -= each.log.size();
      if (each.redeliveries.size() > attempts_left) {
        each.redeliveries.erase(each.redeliveries.begin(),
                                each.redeliveries.end() - static_cast<std::ptrdiff_t>(attempts_left));
        each.log_complete = false;
      }
      attempts_left -= each.redeliveries.size();
      shortened += each.log_complete ? 0 : 1;
    }
  }
};

void event_tracer::trace(event_id id, reply<event_trace> done) {
  auto what = std::make_shared<story>(story{.made = {.event = id}, .done = std::move(done)});
  lookup_.settle([this, what] { gather(what); });
}

void event_tracer::gather(const std::shared_ptr<story>& what) {
  context_.desk.ask<std::monostate>(
      [what, &store = context_.ports.store]() -> result<std::monostate> {
        auto self = store.find_event(what->made.event);
        if (!self) return missing_event(store, what->made.event);
        relatives all{store, std::move(*self)};
        all.find();
        what->made.events = all.arrange();
        what->made.limits = std::move(all).limits();
        return std::monostate{};
      },
      [this, what](const result<std::monostate>& found) {
        if (found.has_error()) return what->done(found.error());
        what->order = nearest_first(what->made.events);
        if (what->order.size() > event_trace::max_looked_into) {
          what->made.limits.push_back("deliveries of all but the nearest " +
                                      std::to_string(event_trace::max_looked_into) + " events");
        }
        look_into_next(what);
      });
}

void event_tracer::look_into_next(const std::shared_ptr<story>& what) {
  const std::size_t count = std::min(what->order.size(), event_trace::max_looked_into);
  if (what->next == count) return finish(what);
  const event& bare = what->made.events[what->order[what->next]].record;
  // The record was kept without what a filter looks at.
  using records = std::vector<std::shared_ptr<const event>>;
  context_.desk.ask<records>(
      [partition = bare.partition, seq = bare.seq, &store = context_.ports.store]() -> result<records> {
        return store.read_events({.partition = partition, .places = {&seq, 1}}).events;
      },
      [this, what](const result<records>& read) {
        if (read.has_error()) return what->done(read.error());
        traced_event& of = what->made.events[what->order[what->next++]];
        if (read->empty()) {
          of.deliveries_known = false;
          return look_into_next(what);
        }
        lookup_.find(read->front(), {.limit = deliveries_of_one}, [this, what, &of](result<delivery_page> found) {
          if (found.has_error()) return what->done(found.error());
          of.deliveries = std::move(found->deliveries);
          what->shorten_logs(of.deliveries);
          if (!found->next_cursor.empty()) {
            what->made.limits.push_back("deliveries of " + to_string(of.record.id) + " after the first " +
                                        std::to_string(deliveries_of_one));
          }
          look_into_next(what);
        });
      },
      query_step::later);
}

void event_tracer::finish(const std::shared_ptr<story>& what) {
  event_trace& made = what->made;
  for (std::size_t i = what->next; i < what->order.size(); ++i) made.events[what->order[i]].deliveries_known = false;
  if (what->shortened > 0) {
    made.limits.push_back("the oldest attempts of some deliveries (" + std::to_string(what->shortened) + ")");
  }
  made.timeline = timeline_of(made.events, event_trace::max_entries + 1);
  if (made.timeline.size() > event_trace::max_entries) {
    made.timeline.pop_back();
    made.limits.push_back("all after the first " + std::to_string(event_trace::max_entries) +
                          " entries of the timeline");
  }
  what->done(std::move(made));
}

}  // namespace eventmgr
