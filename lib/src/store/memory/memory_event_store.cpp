#include "store/memory/memory_event_store.hpp"

#include "store/common/delivery_cursors.hpp"
#include "store/common/history_cursor.hpp"
#include "store/common/partitioning.hpp"
#include "store/memory/memory_deliveries.hpp"
#include "store/memory/memory_log.hpp"
#include "store/memory/memory_schedule.hpp"
#include "store/memory/memory_snapshot.hpp"
#include "store/memory/memory_topics.hpp"

#include <algorithm>
#include <shared_mutex>
#include <type_traits>

namespace eventmgr {
namespace {

class memory_event_store final : public event_store {
 public:
  memory_event_store(std::uint16_t partitions, std::shared_ptr<memory_store_faults> faults)
      : events_{std::max<std::uint16_t>(partitions, 1)}, faults_{std::move(faults)} {}

  void commit(commit_batch& batch) override;

  result<bool> declare_topic(const topic_declaration& declaration, declare_mode mode, time_point now) override {
    const std::scoped_lock lock{mutex_};
    return topics_.declare(declaration, mode, now);
  }
  result<void> undeclare_topic(const topic_name& topic) override {
    const std::scoped_lock lock{mutex_};
    return topics_.undeclare(topic);
  }

  std::uint16_t partition_count() const noexcept override { return events_.partition_count(); }
  partition_id partition_of(const topic_name& topic) const noexcept override {
    return partition_for(topic, partition_count());
  }
  std::vector<partition_state> partitions() const override {
    const std::shared_lock lock{mutex_};
    return events_.states();
  }

  log_page read_log(const log_request& request) override {
    return read([&] { return events_.read(request); });
  }
  place_page read_events(const place_request& request) override {
    return read([&] { return events_.read(request); });
  }
  std::uint64_t count_log(const log_request& request) override {
    return read([&] { return events_.count(request); });
  }
  offset place_of_last(const log_request& request, std::uint64_t count) override {
    return read([&] { return events_.place_of_last(request, count); });
  }
  std::optional<event> find_event(event_id id) override;
  std::vector<event> effects_of(std::span<const event_id> causes, std::uint32_t limit) override {
    return read([&] { return events_.effects_of(causes, limit); });
  }
  result<event_page> query_events(const event_query& query) override;
  position position_at(time_point at) override {
    return read([&] { return events_.position_at(at); });
  }
  topic_page list_topics(std::string_view cursor, std::uint32_t limit) override {
    return read([&] { return topics_.list(cursor, limit); });
  }
  std::optional<topic_info> find_topic(const topic_name& topic) override {
    return read([&] { return topics_.find(topic); });
  }

  delivery_state load_deliveries() override {
    return read([&] { return deliveries_.load(); });
  }
  std::vector<ledger_record> read_ledger(subscription_id subscription, std::uint32_t generation) override {
    return read([&] { return deliveries_.read_ledger(subscription, generation); });
  }
  result<dead_letter_page> query_dead_letters(const dead_letter_query& query) override;
  std::optional<dead_letter> find_dead_letter(dead_letter_id id) override {
    return read([&] { return deliveries_.find_dead_letter(id, events_); });
  }
  dead_letter_summary summarise_dead_letters(const dead_letter_query& query) override {
    return read([&] { return deliveries_.summarise_dead_letters(query, events_); });
  }
  std::vector<dead_letter_count> count_dead_letters(const dead_letter_query& query) override {
    return read([&] { return deliveries_.count_dead_letters(query, events_); });
  }
  std::vector<dead_letter_record> dead_letters_of(event_id event) override;
  std::vector<attempt_record> attempts_of(partition_id partition, offset seq) override {
    return read([&] { return deliveries_.attempts_of(partition, seq); });
  }
  result<redelivery_record_page> list_redeliveries(redelivery_kind kind, std::string_view cursor,
                                                   std::uint32_t limit) override;
  std::optional<redelivery_record> find_redelivery(uuid id) override {
    return read([&] { return deliveries_.redeliveries().find(id); });
  }
  std::vector<replay_progress_record> progress_of(uuid replay) override {
    return read([&] { return deliveries_.redeliveries().progress_of(replay); });
  }
  result<attempt_page> list_attempts(subscription_id subscription, std::optional<event_id> event,
                                     std::string_view cursor, std::uint32_t limit) override;
  std::vector<scheduled_event> read_schedule(std::uint32_t limit) override {
    return read([&] { return schedule_.read(limit); });
  }

  std::optional<scheduled_event> find_scheduled(event_id id) override {
    return read([&] { return schedule_.look_up(id); });
  }

  std::uint64_t count_schedule() override {
    return read([&] { return schedule_.size(); });
  }

  std::unique_ptr<store_snapshot> snapshot() override {
    return make_memory_snapshot(read([&] {
      memory_snapshot_rows rows;
      events_.copy_to(rows);
      deliveries_.copy_to(rows);
      return rows;
    }));
  }

  std::string trouble() const override {
    const std::shared_lock lock{mutex_};
    return trouble_;
  }

 private:
  void append(append_entry& entry, time_point now);
  void set_trouble(std::string text) {
    const std::scoped_lock lock{mutex_};
    trouble_ = std::move(text);
  }

  /// Runs a read: faults first, then `body` under the lock.
  template <class Body>
  std::invoke_result_t<Body> read(Body body) {
    try {
      if (faults_) faults_->before_read();
    } catch (const error& fault) {
      set_trouble(fault.reason().message);
      throw;
    }
    const std::shared_lock lock{mutex_};
    return body();
  }

  mutable std::shared_mutex mutex_;
  memory_log events_;
  memory_topics topics_;
  memory_schedule schedule_;
  memory_deliveries deliveries_;
  std::string trouble_;
  const std::shared_ptr<memory_store_faults> faults_;
};

void memory_event_store::commit(commit_batch& batch) {
  for (append_entry& entry : batch.entries) {
    entry.outcome = append_outcome::pending;
    entry.record->seq = {};
    entry.record->received_at = {};
  }
  try {
    if (faults_) faults_->before_commit(batch);
  } catch (const error& fault) {
    set_trouble(fault.reason().message);
    throw;
  }
  const std::scoped_lock lock{mutex_};
  for (const store_changes* const changes : batch.changes) {
    deliveries_.apply(*changes);
    for (const event_id id : changes->fired) schedule_.remove(id);
  }
  for (append_entry& entry : batch.entries) append(entry, batch.now);
  trouble_.clear();
}

void memory_event_store::append(append_entry& entry, time_point now) {
  if (const auto original = events_.find(entry.record->id)) {
    entry.outcome = append_outcome::duplicate;
    entry.original_partition = original->partition;
    entry.original_seq = original->seq;
    entry.original_topic = original->topic;
  } else if (const auto waiting = schedule_.find(entry.record->id)) {
    entry.outcome = append_outcome::duplicate;
    entry.original_partition = partition_of(waiting->topic);
    entry.original_seq = {};
    entry.original_topic = waiting->topic;
  } else if (const auto due = entry.record->deliver_at) {
    schedule_.add(*entry.record, *due);
    entry.outcome = append_outcome::scheduled;
  } else {
    events_.append(entry.record, now);
    topics_.count(*entry.record);
    entry.outcome = append_outcome::stored;
  }
}

std::optional<event> memory_event_store::find_event(event_id id) {
  return read([&]() -> std::optional<event> {
    const auto found = events_.find(id);
    if (!found) return std::nullopt;
    return *found;
  });
}

result<event_page> memory_event_store::query_events(const event_query& query) {
  const auto from = check_history_query(query);
  if (!from) return from.error();
  return read([&] { return events_.query(query, *from); });
}

result<dead_letter_page> memory_event_store::query_dead_letters(const dead_letter_query& query) {
  const auto from = check_dead_letter_query(query);
  if (!from) return from.error();
  return read([&] { return deliveries_.query_dead_letters(query, *from, events_); });
}

std::vector<dead_letter_record> memory_event_store::dead_letters_of(event_id event) {
  return read([&] {
    const auto record = events_.find(event);
    return record ? deliveries_.dead_letters_of(record->partition, record->seq) : std::vector<dead_letter_record>{};
  });
}

result<redelivery_record_page> memory_event_store::list_redeliveries(redelivery_kind kind, std::string_view cursor,
                                                                     std::uint32_t limit) {
  const auto from = read_redelivery_cursor(kind, cursor);
  if (!from) return from.error();
  return read([&] { return deliveries_.redeliveries().list(kind, *from, limit); });
}

result<attempt_page> memory_event_store::list_attempts(subscription_id subscription, std::optional<event_id> event,
                                                       std::string_view cursor, std::uint32_t limit) {
  const auto below = read_attempt_cursor(subscription, event, cursor);
  if (!below) return below.error();
  return read([&] { return deliveries_.list_attempts(subscription, event, *below, limit); });
}

}  // namespace

std::unique_ptr<event_store> make_memory_event_store(std::uint16_t partitions,
                                                     std::shared_ptr<memory_store_faults> faults) {
  return std::make_unique<memory_event_store>(partitions, std::move(faults));
}

}  // namespace eventmgr
