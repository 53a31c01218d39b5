#include "broker/tail.hpp"

#include "broker/start_resolver.hpp"
#include "core/expiry.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {

namespace {

// So that a page being delivered is small next to what a connection may buffer.
constexpr std::uint64_t page_bytes = 128ULL << 10U;

// Events walked in one turn of the core, so that one tail's history delays nobody for long.
constexpr std::uint32_t turn_budget = 512;

// When a page that could not be read is asked for again; doubled each time.
constexpr std::chrono::milliseconds first_wait{100};
constexpr std::chrono::milliseconds longest_wait{5000};

}  // namespace

tail::tail(tail_context context, subscription_id id, tail_request request, std::shared_ptr<stream_sink> sink)
    : context_{context}, id_{id}, request_{std::move(request)}, sink_{std::move(sink)}, read_again_after_{first_wait} {}

void tail::start() {
  if (closed_) return;
  if (request_.topics.empty()) {
    return end({.code = errc::invalid_request,
                .message = "a subscription needs a topic",
                .details = {{.pointer = "/topic", .message = "is required"}}});
  }
  const start_context where{
      .flow = context_.flow, .store = context_.store, .core = context_.core, .readers = context_.readers};
  resolve_start(where, request_.start, "/since", [self = shared_from_this()](result<position> found) {
    if (self->mode_ != mode::starting) return;
    if (found.has_error()) return self->end(found.error());
    self->begin_at(std::move(*found));
  });
}

void tail::begin_at(position start) {
  if (closed_) return;
  cursor_ = std::move(start);
  mode_ = mode::catching_up;
  sink_->opened(cursor_);
  catch_up();
}

void tail::on_event(const shared_event& entry) {
  if (mode_ != mode::live || closed_ || !passes(entry)) return;
  const position& heads = context_.flow.heads();
  if (offer(entry.record(), entry.json(), heads)) {
    const auto elapsed = context_.time.now() - entry.record()->received_at;
    context_.counters.end_to_end_latency.record(std::max(elapsed, std::chrono::milliseconds{0}));
    return;
  }

  cursor_ = heads;
  cursor_.after[entry.record()->partition.value].value -= 1;
  mode_ = mode::blocked;
}

void tail::resume() {
  // However soon the sink drains, this runs after the turn in which it refused, and so finds the tail blocked.
  context_.core.post([self = shared_from_this()] {
    if (self->mode_ != mode::blocked) return;
    self->mode_ = mode::catching_up;
    self->catch_up();
  });
}

void tail::schedule_catch_up() {
  mode_ = mode::catching_up;
  context_.core.post([self = shared_from_this()] { self->catch_up(); });
}

void tail::catch_up() {
  if (closed_ || mode_ != mode::catching_up) return;
  std::uint32_t budget = turn_budget;
  for (std::size_t p = 0; p < cursor_.after.size(); ++p) {
    const partition_id partition{static_cast<std::uint16_t>(p)};
    const tail_ring& ring = context_.flow.ring(partition);
    if (cursor_.after[p] >= ring.head()) continue;
    if (cursor_.after[p].next() < ring.first()) return read_page(partition);
    if (!catch_up_from_ring(partition, budget)) {
      mode_ = mode::blocked;
      return;
    }
    if (budget == 0) return schedule_catch_up();
  }
  mode_ = mode::live;
}

bool tail::catch_up_from_ring(partition_id partition, std::uint32_t& budget) {
  const tail_ring& ring = context_.flow.ring(partition);
  offset& at = cursor_.after[partition.value];
  while (at < ring.head() && budget > 0) {
    const shared_event& entry = *ring.find(at.next());
    at = at.next();
    --budget;
    if (!wants(entry.record()->topic) || !passes(entry)) continue;
    if (!offer(entry.record(), entry.json(), cursor_)) {
      at.value -= 1;
      return false;
    }
  }
  return true;
}

void tail::read_page(partition_id partition) {
  const offset after = cursor_.after[partition.value];
  const offset through{context_.flow.ring(partition).first().value - 1};
  context_.readers.post([self = shared_from_this(), partition, after, through] {
    if (self->closed_) return;
    page read;
    try {
      log_page stored = self->context_.store.read_log({.partition = partition,
                                                       .after = after,
                                                       .through = through,
                                                       .topics = self->request_.topics,
                                                       .max_events = self->context_.read_batch,
                                                       .max_bytes = page_bytes});
      read = {.matched = self->context_.reads.share(std::move(stored.events)),
              .scanned_through = stored.scanned_through,
              .first = stored.first};
      std::erase_if(read.matched, [&](const auto& each) { return !self->passes(*each); });
      // Encoded here, not on the core's thread.
      for (const auto& each : read.matched) (void)each->json();
    } catch (const error& lost) {
      self->context_.core.post([self, why = lost.reason()] { self->read_failed(why); });
      return;
    }
    self->context_.core.post([self, partition, read = std::move(read)] { self->take_page(partition, read); });
  });
}

void tail::read_failed(const failure& why) {
  if (closed_ || mode_ != mode::catching_up) return;
  if (why.code != errc::store_unavailable || !sink_->waits_for_store()) return end(why);
  const auto when = context_.time.steady_now() + read_again_after_;
  read_again_after_ = std::min(2 * read_again_after_, longest_wait);
  context_.alarms.call_at(when, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->catch_up();
  });
}

void tail::take_page(partition_id partition, const page& read) {
  if (closed_ || mode_ != mode::catching_up) return;
  read_again_after_ = first_wait;
  offset& at = cursor_.after[partition.value];
  if (read.first > at.next()) {
    const position from = cursor_;
    at.value = read.first.value - 1;
    sink_->gap(from, cursor_);
  }
  for (const recent_reads::entry& each : read.matched) {
    const offset before = at;
    at = each->record()->seq;
    if (!offer(each->record(), each->json(), cursor_)) {
      // The rest of the page is dropped and read again later: a tail that waits holds no events.
      at = before;
      mode_ = mode::blocked;
      return;
    }
  }
  at = std::max(at, read.scanned_through);
  schedule_catch_up();
}

bool tail::offer(const std::shared_ptr<const event>& record, const std::string& json, const position& place) {
  if (!sink_->offer({.record = record, .json = json, .place = place})) return false;
  context_.counters.events_processed.fetch_add(1, std::memory_order_relaxed);
  return true;
}

bool tail::wants(const topic_name& topic) const noexcept {
  return std::ranges::any_of(request_.topics, [&](const topic_pattern& pattern) { return pattern.matches(topic); });
}

bool tail::passes(const shared_event& entry) const {
  if (expired_when_published(*entry.record())) return false;
  const auto verdict = request_.filter.judge(*entry.record());
  if (verdict != event_filter::verdict::look_inside) return verdict == event_filter::verdict::pass;
  return request_.filter.passes(entry.document(context_.documents));
}

void tail::end(const failure& why) {
  if (std::exchange(mode_, mode::ended) == mode::ended || closed_) return;
  sink_->ended(why);
}

}  // namespace eventmgr
