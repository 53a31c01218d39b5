#include "broker/delivery/state_journal.hpp"

#include <utility>

namespace eventmgr {

namespace {

// An entry keeps what the store made of it; a second try needs it as it was.
std::vector<std::shared_ptr<event>> copies_of(const std::vector<std::shared_ptr<event>>& events) {
  std::vector<std::shared_ptr<event>> made;
  made.reserve(events.size());
  for (const auto& record : events) made.push_back(std::make_shared<event>(*record));
  return made;
}

std::shared_ptr<const store_changes> changes_of(const std::shared_ptr<const delivery_commit>& what) {
  return {what, &what->changes};
}

}  // namespace

state_journal::state_journal(publish_pipeline& pipeline, timers& alarms, const clock& time)
    : pipeline_{pipeline}, time_{time}, deadline_{alarms} {}

void state_journal::touch(state_source& source, std::uint64_t outcomes) {
  dirty_.insert(&source);
  unwritten_ += outcomes;
  untaken_ += outcomes;
  if (writing_) return;
  if (untaken_ >= most_outcomes) return write();
  deadline_.set_if_earlier(time_.steady_now() + longest_wait, [this] { write(); });
}

void state_journal::forget(state_source& source) { dirty_.erase(&source); }

void state_journal::write() {
  if (writing_) return;
  deadline_.cancel();
  ++begun_;
  auto what = std::make_shared<delivery_commit>();
  for (state_source* source : std::exchange(dirty_, {})) source->collect(*what);
  const std::uint64_t outcomes = std::exchange(untaken_, 0);
  if (what->changes.empty() && what->events.empty()) return written(outcomes);
  writing_ = true;
  send(what, outcomes);
}

void state_journal::send(const std::shared_ptr<const delivery_commit>& what, std::uint64_t outcomes) {
  pipeline_.submit(changes_of(what), copies_of(what->events), [this, what, outcomes](const auto& stored) {
    if (stored.has_value()) {
      writing_ = false;
      return written(outcomes);
    }
    deadline_.set(time_.steady_now() + retry_interval, [this, what, outcomes] { send(what, outcomes); });
    // Nobody waits for a store that is away.
    for (const request& given_up : std::exchange(waiting_, {})) given_up.done(stored.error());
  });
}

void state_journal::written(std::uint64_t outcomes) {
  written_ = begun_;
  const bool was_congested = congested();
  unwritten_ -= outcomes;
  if (was_congested && !congested() && eased_) eased_();
  next();
}

void state_journal::next() {
  while (!writing_ && !waiting_.empty() && waiting_.front().after <= written_) {
    request taken = std::move(waiting_.front());
    waiting_.pop_front();
    if (taken.what) return commit_act(std::move(taken));
    taken.done({});
  }
  if (writing_) return;
  // Somebody waits for a write, even if those who had something to write are gone by now.
  if (!waiting_.empty() || untaken_ >= most_outcomes) return write();
  if (!dirty_.empty()) deadline_.set_if_earlier(time_.steady_now() + longest_wait, [this] { write(); });
}

void state_journal::wait(std::shared_ptr<const delivery_commit> what, std::function<void(result<void>)> done) {
  const std::uint64_t after = dirty_.empty() ? begun_ : begun_ + 1;
  waiting_.push_back({.what = std::move(what), .after = after, .done = std::move(done)});
  next();
}

void state_journal::commit(delivery_commit what, std::function<void(result<void>)> done) {
  wait(std::make_shared<const delivery_commit>(std::move(what)), std::move(done));
}

void state_journal::flush(std::function<void(result<void>)> done) { wait(nullptr, std::move(done)); }

void state_journal::commit_act(request act) {
  writing_ = true;
  pipeline_.submit(changes_of(act.what), copies_of(act.what->events),
                   [this, done = std::move(act.done)](const auto& stored) {
                     writing_ = false;
                     if (stored.has_error()) {
                       done(stored.error());
                     } else {
                       done({});
                     }
                     next();
                   });
}

}  // namespace eventmgr
