#include "broker/publish_pipeline.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace eventmgr {

namespace {

std::uint64_t bytes_of(const event& e) noexcept {
  constexpr std::uint64_t fixed = 256;
  return fixed + e.payload.size() + e.metadata.size() + e.type.size() + e.source.size() + e.topic.str().size();
}

}  // namespace

publish_pipeline::publish_pipeline(event_store& store, const clock& time, executor& core, timed_executor& writer,
                                   broker_counters& counters, bounds queue, committed sequence)
    : store_{store},
      time_{time},
      core_{core},
      writer_{writer},
      counters_{counters},
      bounds_{queue},
      sequence_{std::move(sequence)} {}

publish_pipeline::request publish_pipeline::make_request(std::vector<std::shared_ptr<event>> events,
                                                         publish_done done) {
  request made{.count = events.size(), .done = std::move(done)};
  made.entries.reserve(events.size());
  for (auto& record : events) {
    made.bytes += bytes_of(*record);
    made.entries.push_back({.record = std::move(record)});
  }
  return made;
}

void publish_pipeline::submit(std::vector<std::shared_ptr<event>> events, publish_done done) {
  request incoming = make_request(std::move(events), std::move(done));
  std::unique_lock lock{mutex_};
  if (const auto refusal = refusal_of(incoming)) {
    lock.unlock();
    counters_.requests_refused.fetch_add(1, std::memory_order_relaxed);
    return incoming.done(*refusal);
  }
  enqueue(std::move(incoming), std::move(lock));
}

void publish_pipeline::submit(std::shared_ptr<const store_changes> changes, std::vector<std::shared_ptr<event>> events,
                              publish_done done) {
  request incoming = make_request(std::move(events), std::move(done));
  incoming.changes = std::move(changes);
  enqueue(std::move(incoming), std::unique_lock{mutex_});
}

void publish_pipeline::enqueue(request incoming, std::unique_lock<std::mutex> lock) {
  incoming.accepted = time_.steady_now();
  held_events_ += incoming.count;
  held_bytes_ += incoming.bytes;
  ++held_requests_;
  waiting_.push_back(std::move(incoming));
  if (state_ != writer_state::busy) wake_writer(std::move(lock));
}

void publish_pipeline::wake_writer(std::unique_lock<std::mutex> lock) {
  const auto next = pace_.next(waiting_.size());
  const std::uint64_t turn = turn_;
  if (next <= time_.steady_now()) {
    ++turn_;
    state_ = writer_state::busy;
    lock.unlock();
    // Posted, not called: other work of the writer gets its turn between two groups.
    writer_.post([this] { write_next_group(); });
  } else if (std::exchange(state_, writer_state::resting) != writer_state::resting) {
    lock.unlock();
    writer_.post_at(next, [this, turn] { end_rest(turn); });
  }
}

void publish_pipeline::end_rest(std::uint64_t turn) {
  {
    const std::lock_guard lock{mutex_};
    if (turn != turn_) return;
    ++turn_;
    state_ = writer_state::busy;
  }
  write_next_group();
}

std::optional<failure> publish_pipeline::refusal_of(const request& incoming) const {
  constexpr std::chrono::seconds soon{1};
  if (draining_) {
    return failure{.code = errc::shutting_down, .message = "the broker is shutting down", .retry_after = soon};
  }
  // A request larger than the queue passes when it finds the queue empty; it could never be stored otherwise.
  const bool fits = held_events_ + incoming.count <= bounds_.events && held_bytes_ + incoming.bytes <= bounds_.bytes;
  if (fits || held_events_ == 0) return std::nullopt;
  return failure{.code = errc::queue_full, .message = "the publish queue is full", .retry_after = soon};
}

void publish_pipeline::write_next_group() {
  const auto began = time_.steady_now();
  group taken = take_group();
  const std::size_t requests = taken.requests.size();
  commit(std::move(taken));
  std::unique_lock lock{mutex_};
  pace_.committed(began, time_.steady_now(), requests);
  state_ = writer_state::idle;
  if (!waiting_.empty()) wake_writer(std::move(lock));
}

publish_pipeline::group publish_pipeline::take_group() {
  group taken;
  const std::lock_guard lock{mutex_};
  std::uint64_t events = 0;
  auto end = waiting_.begin();
  for (; end != waiting_.end(); ++end) {
    const bool first = end == waiting_.begin();
    if (!first && (events + end->count > max_group_events || taken.bytes + end->bytes > max_group_bytes)) break;
    events += end->count;
    taken.bytes += end->bytes;
  }
  taken.requests.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  taken.entries.reserve(events);
  for (const request& from : taken.requests) {
    if (from.changes) taken.changes.push_back(from.changes.get());
  }
  // What is taken off the schedule comes first: its id was accepted before any that meets it here.
  const auto fires = [](const request& from) { return from.changes && !from.changes->fired.empty(); };
  std::ranges::stable_partition(taken.requests, fires);
  for (request& from : taken.requests) {
    std::ranges::move(std::exchange(from.entries, {}), std::back_inserter(taken.entries));
  }
  return taken;
}

void publish_pipeline::commit(group batch) {
  failure why;
  verdict found = try_commit(batch, why);
  if (found == verdict::stored) return answer(std::move(batch), std::nullopt);
  if (found == verdict::lost || batch.requests.size() == 1) return answer(std::move(batch), why);

  auto next = batch.entries.begin();
  for (request& from : batch.requests) {
    group alone{.bytes = from.bytes};
    const auto end = next + static_cast<std::ptrdiff_t>(from.count);
    alone.entries.assign(std::make_move_iterator(next), std::make_move_iterator(end));
    next = end;
    if (from.changes) alone.changes.push_back(from.changes.get());
    alone.requests.push_back(std::move(from));
    if (found != verdict::lost) found = try_commit(alone, why);
    answer(std::move(alone), found == verdict::stored ? std::nullopt : std::optional{why});
  }
}

publish_pipeline::verdict publish_pipeline::try_commit(group& batch, failure& why) {
  try {
    commit_batch work{.entries = batch.entries, .changes = batch.changes, .now = time_.now()};
    store_.commit(work);
    counters_.commits.fetch_add(1, std::memory_order_relaxed);
    return verdict::stored;
  } catch (const batch_refused& refusal) {
    counters_.commit_failures.fetch_add(1, std::memory_order_relaxed);
    why = refusal.reason();
    return verdict::refused;
  } catch (const error& loss) {
    counters_.commit_failures.fetch_add(1, std::memory_order_relaxed);
    why = loss.reason();
    return verdict::lost;
  }
}

void publish_pipeline::answer(group batch, std::optional<failure> why) {
  release(batch);
  auto shared = std::make_shared<group>(std::move(batch));
  core_.post([this, shared = std::move(shared), why = std::move(why)] {
    if (why) {
      counters_.requests_refused.fetch_add(shared->requests.size(), std::memory_order_relaxed);
      for (const request& asked : shared->requests) asked.done(*why);
      return;
    }
    sequence_(shared->entries);
    const auto now = time_.steady_now();
    std::span<const append_entry> rest{shared->entries};
    for (const request& asked : shared->requests) {
      if (!asked.changes) counters_.publish_latency.record(now - asked.accepted, asked.count);
      asked.done(rest.first(asked.count));
      rest = rest.subspan(asked.count);
    }
  });
}

void publish_pipeline::release(const group& batch) {
  const std::lock_guard lock{mutex_};
  held_events_ -= batch.entries.size();
  held_bytes_ -= batch.bytes;
  held_requests_ -= batch.requests.size();
  // By way of the writer, whose present turn still has answers to post: the core must see those first.
  if (draining_ && held_requests_ == 0 && emptied_) {
    writer_.post([this, emptied = std::exchange(emptied_, nullptr)] { core_.post(emptied); });
  }
}

void publish_pipeline::drain(std::function<void()> emptied) {
  const std::lock_guard lock{mutex_};
  draining_ = true;
  if (held_requests_ == 0) {
    writer_.post([this, emptied = std::move(emptied)] { core_.post(emptied); });
  } else {
    emptied_ = std::move(emptied);
  }
}

std::uint64_t publish_pipeline::depth() const {
  const std::lock_guard lock{mutex_};
  return held_events_;
}

}  // namespace eventmgr
