#include "broker/delivery/lane_feed.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace eventmgr {

namespace {

// Events walked in one turn of the core, so that one lane's backlog delays nobody for long.
constexpr std::uint64_t turn_budget = 512;

// Of payloads and metadata in one page, and of all that waits: so that slow subscribers are cheap whatever the size of
// events.
constexpr std::uint64_t page_bytes = 512ULL << 10U;
constexpr std::uint64_t max_held_bytes = 1ULL << 20U;

// Events that fell out of the tail ring while they waited are read again, so many at once, up to a page's bytes.
constexpr std::size_t lost_at_once = 32;

// With the rendering that is held beside it.
std::uint64_t bytes_of(const waiting_event& item) noexcept {
  return (item.record ? item.record->payload.size() + item.record->metadata.size() : 0) +
         (item.json ? item.json->size() : 0);
}

}  // namespace

lane_feed::lane_feed(std::shared_ptr<const lane_context> context, partition_id partition, priority lane,
                     priority_set priorities, offset floor)
    : written_floor{floor},
      context_{std::move(context)},
      partition_{partition},
      lane_{lane},
      priorities_{priorities},
      window_{floor} {}

bool lane_feed::has_room() const noexcept {
  return !held_ && window_.size() < max_window && held_bytes_ < max_held_bytes && waiting_.size() < max_window / 2;
}

bool lane_feed::take_live(const shared_event& entry) {
  if (mode_ != mode::live) return false;
  const offset seq = entry.record()->seq;
  if (window_.size() >= max_window) {
    window_.scanned({seq.value - 1});
    mode_ = mode::behind;
    return false;
  }
  return enter(reference_to(*entry.record()));
}

void lane_feed::hold() {
  held_ = true;
  if (mode_ != mode::live) return;
  follow_head();
  mode_ = mode::behind;
}

waiting_event lane_feed::reference_to(const event& record) const {
  return {.seq = record.seq,
          .urgency = record.priority,
          .expires_at = record.expires_at.value_or(time_point::max()),
          .ordering = ordering_of(context_->ordering, record)};
}

bool lane_feed::enter(waiting_event item) {
  const delivery_outcome known = context_->known({partition_, item.seq});
  window_.take(item.seq, known);
  if (known != delivery_outcome::outstanding) return false;
  held_bytes_ += bytes_of(item);
  waiting_.push_back(std::move(item));
  return true;
}

void lane_feed::follow_head() {
  if (mode_ == mode::live) window_.scanned(context_->flow.ring(partition_).head());
}

void lane_feed::refill() {
  if (mode_ != mode::behind || !has_room()) return;
  const tail_ring& ring = context_->flow.ring(partition_);
  if (window_.scan().next() >= ring.first()) return walk_ring();
  read_page({ring.first().value - 1});
}

void lane_feed::walk_ring() {
  const tail_ring& ring = context_->flow.ring(partition_);
  std::uint64_t budget = turn_budget;
  offset at = window_.scan();
  while (at < ring.head() && budget > 0 && window_.size() < max_window) {
    at = at.next();
    --budget;
    const shared_event& entry = *ring.find(at);
    const event& record = *entry.record();
    const matching_rule& rule = *context_->rules.at(partition_, at);
    const bool ours =
        priorities_.has(record.priority) && rule.on_topic(record.topic) &&
        rule.passes(record, [&]() -> const event_document& { return entry.document(context_->documents); });
    if (ours) enter(reference_to(record));
    window_.scanned(at);
  }
  if (at >= ring.head()) {
    mode_ = mode::live;
  } else if (budget == 0) {
    mode_ = mode::reading;
    context_->core.post([self = shared_from_this()] {
      if (self->closed_) return;
      self->mode_ = mode::behind;
      self->refill();
      self->context_->progressed(false);
    });
  }
}

void lane_feed::read_page(offset through) {
  mode_ = mode::reading;
  const offset after = window_.scan();
  const matching_history::rule_ptr rule = context_->rules.at(partition_, after.next());
  const log_request request{.partition = partition_,
                            .after = after,
                            .through = std::min(through, context_->rules.end_of(partition_, after.next())),
                            .topics = rule->topics,
                            .priorities = priorities_,
                            .max_events = context_->read_batch,
                            .max_bytes = page_bytes};
  context_->readers.post([self = shared_from_this(), request, rule] {
    page got = self->read(request, *rule);
    self->context_->core.post([self, got = std::move(got)]() mutable {
      if (!self->closed_) self->take_page(std::move(got));
    });
  });
}

lane_feed::page lane_feed::read(const log_request& request, const matching_rule& rule) const {
  page got;
  try {
    log_page stored = context_->store.read_log(request);
    for (const recent_reads::entry& each : context_->reads.share(std::move(stored.events))) {
      const event& record = *each->record();
      const auto open = [&]() -> const event_document& { return each->document(context_->documents); };
      if (!rule.passes(record, open)) continue;
      waiting_event item = reference_to(record);
      item.json = each->shared_json();
      item.record = each->record();
      got.matched.push_back(std::move(item));
    }
    got.scanned_through = stored.scanned_through;
  } catch (const error&) {
    got.failed = true;
  }
  return got;
}

void lane_feed::take_page(page read) {
  mode_ = mode::behind;
  if (!read.failed) {
    for (waiting_event& item : read.matched) enter(std::move(item));
    window_.scanned(read.scanned_through);
    refill();
  }
  context_->progressed(read.failed);
}

bool lane_feed::look(std::size_t index) {
  waiting_event& item = waiting_[index];
  if (item.record) return true;
  const shared_event* entry = context_->flow.ring(partition_).find(item.seq);
  if (!entry) {
    load_lost(index);
    return false;
  }
  item.record = entry->record();
  item.json = entry->shared_json();
  held_bytes_ += bytes_of(item);
  return true;
}

void lane_feed::load_lost(std::size_t index) {
  if (std::exchange(loading_, true)) return;
  std::vector<offset> places;
  for (; index < waiting_.size() && places.size() < lost_at_once; ++index) {
    if (!waiting_[index].record) places.push_back(waiting_[index].seq);
  }
  context_->readers.post([self = shared_from_this(), places = std::move(places)] {
    std::vector<waiting_event> found;
    bool failed = false;
    try {
      auto read =
          self->context_->store.read_events({.partition = self->partition_, .places = places, .max_bytes = page_bytes});
      for (const recent_reads::entry& each : self->context_->reads.share(std::move(read.events))) {
        found.push_back({.seq = each->record()->seq, .record = each->record(), .json = each->shared_json()});
      }
    } catch (const error&) {
      failed = true;
    }
    self->context_->core.post([self, found = std::move(found), failed] {
      if (!self->closed_) self->take_lost(found, failed);
    });
  });
}

void lane_feed::take_lost(const std::vector<waiting_event>& found, bool failed) {
  loading_ = false;
  for (const waiting_event& item : found) {
    const auto at = std::ranges::lower_bound(waiting_, item.seq, {}, &waiting_event::seq);
    if (at == waiting_.end() || at->seq != item.seq || at->record) continue;
    at->record = item.record;
    at->json = item.json;
    held_bytes_ += bytes_of(item);
  }
  context_->progressed(failed);
}

std::optional<std::size_t> lane_feed::waiting_before(offset seq) const noexcept {
  const auto at = std::ranges::lower_bound(waiting_, seq, {}, &waiting_event::seq);
  if (at == waiting_.end() || at->seq != seq) return std::nullopt;
  return static_cast<std::size_t>(at - waiting_.begin());
}

waiting_event lane_feed::take(std::size_t index) {
  const auto at = waiting_.begin() + static_cast<std::ptrdiff_t>(index);
  waiting_event item = std::move(*at);
  waiting_.erase(at);
  held_bytes_ -= bytes_of(item);
  return item;
}

void lane_feed::give_back(std::shared_ptr<const event> record, std::shared_ptr<const std::string> json) {
  waiting_event item = reference_to(*record);
  item.record = std::move(record);
  item.json = std::move(json);
  const auto at = std::ranges::lower_bound(waiting_, item.seq, {}, &waiting_event::seq);
  held_bytes_ += bytes_of(item);
  waiting_.insert(at, std::move(item));
}

}  // namespace eventmgr
