#include "store/sqlite/event_writer.hpp"

#include "store/sqlite/log_index.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

namespace eventmgr::sqlite {
namespace {

/// Events after which the counts of topics are written: as many are counted again when the store is opened.
constexpr std::uint64_t events_per_save = 8192;

/// How long commits wait for reads under way to end, for the sake of the write-ahead log.
constexpr std::chrono::milliseconds reader_patience{20};

void reset(std::span<append_entry> entries) noexcept {
  for (append_entry& entry : entries) {
    entry.outcome = append_outcome::pending;
    entry.record->seq = {};
    entry.record->received_at = {};
  }
}

}  // namespace

event_writer::event_writer(const sqlite_options& options, store_state& state, checkpointer& copier,
                           reader_pool& readers, snapshot_board& snapshots)
    : options_{options},
      state_{state},
      checkpointer_{copier},
      readers_{readers},
      snapshots_{snapshots},
      unsettled_{!index_is_open_elsewhere(options.path)} {
  try {
    reopen();
  } catch (const sqlite_failure& cause) {
    throw unavailable(options_.path, cause);
  }
  // By the time of the first commit it is probably done.
  if (unsettled_) checkpointer_.copy_soon();
}

event_writer::~event_writer() {
  // What is in doubt stays in the log: the next run copies it all before anything else.
  if (!session_ || checkpointer_.damaged()) return;
  try {
    // The log is left short, for the next run reads it through.
    session_->checkpoint();
    transaction last{session_->database, transaction::kind::write};
    save_counts(*session_);
    save_head(*session_, state_.log.get().head);
    last.commit();
    session_->copy_on_close();
  } catch (const sqlite_failure&) {
    // They are counted again when the store is next opened.
  }
}

void event_writer::reopen() {
  auto fresh = std::make_unique<writer_session>(options_);
  stored_state stored = fresh->load();
  state_.topics.load(std::move(stored.topics));
  state_.log.set(stored.log);
  counted_through_ = stored.counted_through;
  change_number_ = stored.change_number;
  state_.scheduled = stored.scheduled;
  session_ = std::move(fresh);
  failed_session_.reset();
}

writer_session& event_writer::session() {
  if (session_ && is_sound()) return *session_;
  // A group that failed may be tried again request by request: that must not mean opening the file for each, not even
  // where that succeeds and the next request finds the same page damaged. A commit that succeeds ends it.
  if (connection::clock::now() < retry_at_) throw error{{errc::store_unavailable, last_failure_}};
  retry_at_ = connection::clock::now() + options_.retry_interval;
  try {
    if (!session_) reopen();
  } catch (const sqlite_failure& cause) {
    note_trouble(cause);
    throw unavailable(options_.path, cause);
  } catch (const error& refusal) {
    last_failure_ = refusal.reason().message;
    state_.troubles.set(activity::writing, last_failure_);
    throw;
  }
  if (!is_sound()) recover();
  return *session_;
}

void event_writer::recover() {
  // Until the damage is noted, should there be more of it: another pass could seem to succeed.
  const checkpointer::standstill still{checkpointer_};
  const bool damaged = checkpointer_.damaged();
  const auto pause = readers_.quiesce(damaged ? options_.query_timeout + reader_patience : reader_patience);
  std::unique_lock<std::mutex> no_snapshots;
  try {
    if (damaged) {
      no_snapshots = snapshots_.end_all();
      reopen_everything(pause.quiet());
    }
    if (!session_->start_log_afresh(reader_patience)) {
      // Whoever reads since all was copied is not in the way.
      if (!no_snapshots.owns_lock()) no_snapshots = snapshots_.end_all();
      if (!session_->start_log_afresh(options_.query_timeout)) throw sqlite_failure{SQLITE_BUSY, "it is being read"};
    }
    session_->database.set_lock_timeout(options_.query_timeout);
    unsettled_ = false;
    checkpointer_.mended();
    state_.troubles.clear(activity::checkpoint);
  } catch (const sqlite_failure& cause) {
    note_failed_checkpoint(cause);
    throw unavailable(options_.path, cause);
  } catch (const error& refusal) {
    last_failure_ = refusal.reason().message;
    state_.troubles.set(activity::checkpoint, last_failure_);
    checkpointer_.watch_trouble();
    throw;
  }
}

void event_writer::reopen_everything(bool readers_are_quiet) {
  const auto refuse = [this](const char* why) {
    throw error{
        {errc::store_unavailable, options_.path + " has to be opened anew after an input/output error, " + why}};
  };
  if (!readers_are_quiet) refuse("but a query holds it");
  // Over what a commit that failed may have left, which would be taken for committed.
  session_->mark();
  readers_.close();
  session_.reset();
  unsettled_ = true;
  if (index_is_open_elsewhere(options_.path)) refuse("but another program holds it");
  reopen();
}

void event_writer::note_failed_checkpoint(const sqlite_failure& cause) {
  if (cause.loses_writes()) checkpointer_.set_damaged();
  last_failure_ = describe(options_.path, cause);
  state_.troubles.set(activity::checkpoint, last_failure_);
  checkpointer_.watch_trouble();
  if (cause.spoils_connection()) drop_session();
}

void event_writer::note_trouble(const sqlite_failure& cause) {
  last_failure_ = describe(options_.path, cause);
  state_.troubles.set(activity::writing, last_failure_);
  checkpointer_.watch_trouble(group_bytes_);
}

void event_writer::drop_session() noexcept {
  if (!session_) return;
  if (session_->database.in_transaction()) {
    // It would keep the next one from writing. If it was the last connection, the index of the log goes with it.
    unsettled_ = true;
  } else {
    failed_session_ = std::move(session_);
  }
  session_.reset();
}

void event_writer::fail(const sqlite_failure& cause) {
  note_trouble(cause);
  if (cause.takes_store_away()) throw unavailable(options_.path, cause);
  throw batch_refused{unavailable(options_.path, cause).reason()};
}

bool event_writer::transact(const work& change, const check& happened) {
  tend_wal();
  writer_session& on = session();
  bool committing = false;
  try {
    transaction unit{on.database, transaction::kind::write};
    change(on);
    committing = true;
    unit.commit();
  } catch (const sqlite_failure& cause) {
    on.forget();
    if (!cause.spoils_connection() && !on.database.in_transaction()) fail(cause);
    drop_session();
    if (!committing) fail(cause);
    note_trouble(cause);
    // Whether it happened has to be found out now.
    retry_at_ = {};
    session();
    if (!happened()) throw unavailable(options_.path, cause);
    retry_at_ = {};
    state_.troubles.clear(activity::writing);
    return false;
  } catch (...) {
    on.forget();
    throw;
  }
  advice_ = checkpointer_.committed(on.wal_frames());
  retry_at_ = {};
  state_.troubles.clear(activity::writing);
  return true;
}

void event_writer::tend_wal() {
  if (advice_ == wal_advice::none || !session_) return;
  const wal_advice advice = std::exchange(advice_, wal_advice::none);
  const auto patience_with = [this](bool long_one) { return long_one ? options_.query_timeout : reader_patience; };
  if (checkpointer_.hold(patience_with(advice != wal_advice::finish))) {
    try {
      // SQLite starts the log afresh only where no reader stands in it. Reads take a millisecond or two; for a slow one
      // the log may grow for a while, for meanwhile all publishers wait.
      const auto quiet = readers_.quiesce(patience_with(advice == wal_advice::insist));
      session_->checkpoint();
    } catch (const sqlite_failure& cause) {
      note_failed_checkpoint(cause);
    }
  }
  checkpointer_.finished(advice);
}

void event_writer::commit(commit_batch& batch) {
  reset(batch.entries);
  const bool changes = std::ranges::any_of(batch.changes, [](const store_changes* some) { return !some->empty(); });
  if (batch.entries.empty() && !changes) return;
  group_bytes_ = 0;
  bool numbered = changes;
  for (const append_entry& entry : batch.entries) {
    group_bytes_ += entry.record->payload.size() + entry.record->metadata.size();
    numbered = numbered || entry.record->deliver_at;
  }
  std::optional<pending_group> group;
  std::optional<std::int64_t> number;
  const auto write = [&](writer_session& to) {
    group.emplace(state_);
    counts_saved_ = false;
    save_counts(to);
    for (const store_changes* const some : batch.changes) {
      to.changes_to_deliveries.apply(*some);
      for (const event_id id : some->fired) group->fire(to, id);
    }
    for (append_entry& entry : batch.entries) group->add(to, entry, batch.now);
    // Only what the head cannot prove is numbered, for that changes one more row.
    if (!numbered) return;
    number = change_number_ + 1;
    to.save_change_number.bind(1, *number);
    to.save_change_number.run();
    save_head(to, group->log().head);
  };
  const auto happened = [&] {
    if (number) return change_number_ == *number;
    return !group->event_topics().empty() && state_.log.get().head == group->log().head;
  };
  try {
    if (transact(write, happened)) {
      publish(*group);
      change_number_ = number.value_or(change_number_);
    }
  } catch (...) {
    reset(batch.entries);
    throw;
  }
}

void event_writer::save_head(writer_session& to, offset head) {
  to.save_head.bind(1, head);
  to.save_head.run();
}

void event_writer::save_counts(writer_session& to) {
  const offset head = state_.log.get().head;
  if (head.value - counted_through_.value < events_per_save) return;
  for (const topic_row& row : state_.topics.unsaved()) {
    to.save_count.bind(1, row.key);
    to.save_count.bind(2, static_cast<std::int64_t>(row.info.event_count));
    to.save_count.bind(3, row.info.last_event ? row.info.last_event->time_since_epoch().count() : 0);
    to.save_count.run();
  }
  to.save_counted_through.bind(1, head);
  to.save_counted_through.run();
  counts_saved_ = true;
}

void event_writer::publish(const pending_group& group) {
  if (counts_saved_) {
    state_.topics.mark_saved();
    counted_through_ = state_.log.get().head;
  }
  state_.topics.apply(group.topics(), group.event_topics(), group.log().last_received);
  state_.log.set(group.log());
  state_.scheduled = group.scheduled();
}

result<bool> event_writer::declare_topic(const topic_declaration& declaration, declare_mode mode, time_point now) {
  session();
  const auto known = state_.topics.find(declaration.topic);
  const bool anew = !known || !known->declared;
  if (!anew && mode == declare_mode::create) {
    return failure{errc::conflict, "topic " + declaration.topic.str() + " is already declared"};
  }
  const time_point declared_at = anew ? now : known->declared_at.value_or(now);
  std::int64_t key = state_.topics.key_of(declaration.topic);
  if (key == 0) key = state_.topics.last_key() + 1;
  const auto declare = [&](writer_session& to) {
    to.declare.bind(1, key);
    to.declare.bind(2, std::string_view{declaration.topic.str()});
    to.declare.bind(3, std::string_view{declaration.description});
    to.declare.bind(4, declared_at.time_since_epoch().count());
    to.declare.run();
  };
  const auto happened = [&] {
    const auto stored = state_.topics.find(declaration.topic);
    return stored && stored->declared && stored->description == declaration.description;
  };
  if (transact(declare, happened)) state_.topics.declare(key, declaration, declared_at);
  return anew;
}

result<void> event_writer::undeclare_topic(const topic_name& topic) {
  session();
  const auto known = state_.topics.find(topic);
  if (!known || !known->declared) return failure{errc::not_found, "topic " + topic.str() + " is not declared"};
  const std::int64_t key = state_.topics.key_of(topic);
  const auto undeclare = [&](writer_session& to) {
    to.undeclare.bind(1, key);
    to.undeclare.run();
  };
  const auto happened = [&] {
    const auto stored = state_.topics.find(topic);
    return !stored || !stored->declared;
  };
  if (transact(undeclare, happened)) state_.topics.undeclare(key);
  return {};
}

}  // namespace eventmgr::sqlite
