#include "store/sqlite/sqlite_event_store.hpp"

#include "store/common/delivery_cursors.hpp"
#include "store/common/history_cursor.hpp"
#include "store/sqlite/attempt_reader.hpp"
#include "store/sqlite/checkpointer.hpp"
#include "store/sqlite/dead_letter_counts.hpp"
#include "store/sqlite/dead_letter_query.hpp"
#include "store/sqlite/delivery_reader.hpp"
#include "store/sqlite/effect_reader.hpp"
#include "store/sqlite/event_writer.hpp"
#include "store/sqlite/file_lock.hpp"
#include "store/sqlite/history_query.hpp"
#include "store/sqlite/log_count.hpp"
#include "store/sqlite/log_reader.hpp"
#include "store/sqlite/reader_pool.hpp"
#include "store/sqlite/redelivery_reader.hpp"
#include "store/sqlite/schedule_rows.hpp"
#include "store/sqlite/snapshot.hpp"
#include "store/sqlite/snapshot_board.hpp"
#include "store/sqlite/store_state.hpp"

#include <type_traits>

namespace eventmgr {
namespace {

using namespace sqlite;

class sqlite_event_store final : public event_store {
 public:
  explicit sqlite_event_store(const sqlite_options& options)
      : options_{options},
        lock_{options.path},
        readers_{options.path, options.readers, options.query_timeout, state_.topics, state_.troubles},
        writer_{options, state_, checkpointer_, readers_, snapshots_} {}

  // The writer's connection must be the last one: closing it copies the rest of the write-ahead log.
  ~sqlite_event_store() override {
    checkpointer_.stop();
    readers_.close();
  }

  void commit(commit_batch& batch) override { writer_.commit(batch); }

  result<bool> declare_topic(const topic_declaration& declaration, declare_mode mode, time_point now) override {
    return writer_.declare_topic(declaration, mode, now);
  }

  result<void> undeclare_topic(const topic_name& topic) override { return writer_.undeclare_topic(topic); }

  std::uint16_t partition_count() const noexcept override { return 1; }

  partition_id partition_of(const topic_name& /*topic*/) const noexcept override { return {}; }

  std::vector<partition_state> partitions() const override { return {state_.log.get()}; }

  log_page read_log(const log_request& request) override {
    const partition_state log = state_.log.get();
    if (request.partition != partition_id{} || request.after >= log.head) return {{}, request.after, log.first};
    const topic_selection topics = state_.topics.select(request.topics);
    log_page page = readers_.run([&](reader& from) { return sqlite::read_log(from, request, log.head, topics); });
    page.first = log.first;
    return page;
  }

  place_page read_events(const place_request& request) override {
    if (request.partition != partition_id{}) return {{}, request.places.size()};
    const offset head = state_.log.get().head;
    return readers_.run([&](reader& from) { return sqlite::read_events(from, request, head); });
  }

  std::uint64_t count_log(const log_request& request) override {
    const partition_state log = state_.log.get();
    if (request.partition != partition_id{}) return 0;
    const topic_selection topics = state_.topics.select(request.topics);
    return readers_.run([&](reader& from) { return sqlite::count_log(from, request, log, topics); });
  }

  offset place_of_last(const log_request& request, std::uint64_t count) override {
    const partition_state log = state_.log.get();
    if (request.partition != partition_id{}) return request.after;
    const topic_selection topics = state_.topics.select(request.topics);
    return readers_.run([&](reader& from) { return sqlite::place_of_last(from, request, count, log, topics); });
  }

  std::optional<event> find_event(event_id id) override {
    const offset head = state_.log.get().head;
    auto found = readers_.run([&](reader& from) { return from.by_id(id); });
    // What is committed but not yet published to readers is not there yet.
    if (found && found->seq > head) found.reset();
    return found;
  }

  std::vector<event> effects_of(std::span<const event_id> causes, std::uint32_t limit) override {
    const offset head = state_.log.get().head;
    return readers_.run([&](reader& from) { return sqlite::effects_of(from, causes, limit, head); });
  }

  result<event_page> query_events(const event_query& query) override {
    const auto cursor = check_history_query(query);
    if (!cursor) return cursor.error();
    const offset head = state_.log.get().head;
    const topic_selection topics = query.topic ? state_.topics.select({&*query.topic, 1}) : state_.topics.select({});
    return readers_.run([&](reader& from) {
      return query_history(from, query, {head, topics, *cursor, connection::clock::now() + options_.query_timeout});
    });
  }

  position position_at(time_point at) override {
    const partition_state log = state_.log.get();
    return readers_.run([&](reader& from) {
      const std::uint64_t first = from.first_received_at(at, {log.first.value, log.head.value});
      return position{{offset{first - 1}}};
    });
  }

  topic_page list_topics(std::string_view cursor, std::uint32_t limit) override {
    return state_.topics.list(cursor, limit);
  }

  std::optional<topic_info> find_topic(const topic_name& topic) override { return state_.topics.find(topic); }

  delivery_state load_deliveries() override {
    return readers_.run_to_end([](reader& from) { return sqlite::load_deliveries(from); });
  }

  std::vector<ledger_record> read_ledger(subscription_id subscription, std::uint32_t generation) override {
    return readers_.run([&](reader& from) { return sqlite::read_ledger(from, subscription, generation); });
  }

  result<dead_letter_page> query_dead_letters(const dead_letter_query& query) override {
    const auto bookmark = check_dead_letter_query(query);
    if (!bookmark) return bookmark.error();
    return read_dead_letters(query, [&](reader& from, const dead_letter_context& context) {
      return sqlite::query_dead_letters(from, query, context, *bookmark);
    });
  }

  std::optional<dead_letter> find_dead_letter(dead_letter_id id) override {
    const offset head = state_.log.get().head;
    return readers_.run([&](reader& from) { return sqlite::find_dead_letter(from, id, head); });
  }

  dead_letter_summary summarise_dead_letters(const dead_letter_query& query) override {
    return read_dead_letters(query, [&](reader& from, const dead_letter_context& context) {
      return sqlite::summarise_dead_letters(from, query, context);
    });
  }

  std::vector<dead_letter_count> count_dead_letters(const dead_letter_query& query) override {
    return read_dead_letters(query, [&](reader& from, const dead_letter_context& context) {
      return sqlite::count_dead_letters(from, query, context);
    });
  }

  std::vector<dead_letter_record> dead_letters_of(event_id event) override {
    const offset head = state_.log.get().head;
    return readers_.run([&](reader& from) { return sqlite::dead_letters_of(from, event, head); });
  }

  std::vector<attempt_record> attempts_of(partition_id partition, offset seq) override {
    if (partition != partition_id{}) return {};
    return readers_.run([&](reader& from) { return sqlite::attempts_of(from, seq); });
  }

  result<redelivery_record_page> list_redeliveries(redelivery_kind kind, std::string_view cursor,
                                                   std::uint32_t limit) override {
    const auto behind = read_redelivery_cursor(kind, cursor);
    if (!behind) return behind.error();
    return readers_.run([&](reader& from) { return sqlite::list_redeliveries(from, kind, *behind, limit); });
  }

  std::optional<redelivery_record> find_redelivery(uuid id) override {
    return readers_.run([&](reader& from) { return sqlite::find_redelivery(from, id); });
  }

  std::vector<replay_progress_record> progress_of(uuid replay) override {
    return readers_.run([&](reader& from) { return sqlite::progress_of(from, replay); });
  }

  result<attempt_page> list_attempts(subscription_id subscription, std::optional<event_id> event,
                                     std::string_view cursor, std::uint32_t limit) override {
    const auto below = read_attempt_cursor(subscription, event, cursor);
    if (!below) return below.error();
    return readers_.run([&](reader& from) { return sqlite::list_attempts(from, subscription, event, *below, limit); });
  }

  std::vector<scheduled_event> read_schedule(std::uint32_t limit) override {
    return readers_.run([&](reader& from) { return sqlite::read_schedule(from, limit); });
  }

  std::optional<scheduled_event> find_scheduled(event_id id) override {
    return readers_.run([&](reader& from) { return sqlite::find_scheduled(from, id); });
  }

  std::uint64_t count_schedule() override { return state_.scheduled; }

  std::unique_ptr<store_snapshot> snapshot() override {
    const offset head = state_.log.get().head;
    return take_snapshot(options_.path, head, snapshots_);
  }

  std::string trouble() const override { return state_.troubles.text(); }

 private:
  /// Runs `work(reader&, const dead_letter_context&)`.
  template <class Work>
  std::invoke_result_t<Work, reader&, const dead_letter_context&> read_dead_letters(const dead_letter_query& query,
                                                                                    Work work) {
    const offset head = state_.log.get().head;
    const topic_selection topics = query.topic ? state_.topics.select({&*query.topic, 1}) : topic_selection{};
    return readers_.run([&](reader& from) { return work(from, dead_letter_context{head, topics}); });
  }

  const sqlite_options options_;
  const file_lock lock_;
  store_state state_;
  checkpointer checkpointer_{options_, state_.troubles};
  reader_pool readers_;
  snapshot_board snapshots_;
  event_writer writer_;
};

}  // namespace

std::unique_ptr<event_store> make_sqlite_event_store(const sqlite_options& options) {
  return std::make_unique<sqlite_event_store>(options);
}

}  // namespace eventmgr
