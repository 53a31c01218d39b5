#include "store/sqlite/pending_group.hpp"

#include "store/sqlite/event_rows.hpp"
#include "store/sqlite/failure.hpp"
#include "store/sqlite/writer_session.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace eventmgr::sqlite {

pending_group::pending_group(const store_state& published)
    : known_topics_{published.topics}, log_{published.log.get()}, scheduled_{published.scheduled} {}

void pending_group::add(writer_session& to, append_entry& entry, time_point now) {
  // An empty schedule, the usual case, is not asked.
  if (scheduled_ != 0 && waits(to, entry)) return;
  if (entry.record->deliver_at) {
    schedule(to, entry);
  } else {
    append(to, entry, std::max(now, log_.last_received));
  }
}

void pending_group::fire(writer_session& to, event_id id) {
  if (scheduled_ != 0 && to.schedule.remove(id)) --scheduled_;
}

void pending_group::append(writer_session& to, append_entry& entry, time_point received_at) {
  event& record = *entry.record;
  record.partition = {};
  record.seq = log_.head.next();
  record.received_at = received_at;
  const event_keys keys{topic_key(to, record.topic), to.types.key_of(record.type), to.sources.key_of(record.source)};
  bind_event(to.insert_event, record, keys);
  to.insert_event.run();
  if (to.changes() == 0) {
    record.seq = {};
    record.received_at = {};
    if (!is_stored(to, entry)) throw sqlite_failure{SQLITE_CORRUPT, "an id is in its index but not in the log"};
    return;
  }
  entry.outcome = append_outcome::stored;
  log_.head = record.seq;
  log_.last_received = received_at;
  event_topics_.push_back(keys.topic);
}

void pending_group::schedule(writer_session& to, append_entry& entry) {
  if (is_stored(to, entry)) return;
  to.schedule.add(*entry.record);
  entry.outcome = append_outcome::scheduled;
  ++scheduled_;
}

bool pending_group::waits(writer_session& in, append_entry& entry) {
  auto topic = in.schedule.find(entry.record->id);
  if (!topic) return false;
  entry.outcome = append_outcome::duplicate;
  entry.original_seq = {};
  entry.original_topic = std::move(*topic);
  return true;
}

bool pending_group::is_stored(writer_session& in, append_entry& entry) {
  in.find_original.bind(1, entry.record->id.value);
  const scoped_run found{in.find_original};
  if (!in.find_original.step()) return false;
  entry.outcome = append_outcome::duplicate;
  entry.original_seq = {static_cast<std::uint64_t>(in.find_original.integer(0))};
  entry.original_topic = topic_of(in.find_original.integer(1));
  return true;
}

std::int64_t pending_group::topic_key(writer_session& to, const topic_name& topic) {
  if (const std::int64_t known = known_topics_.key_of(topic)) return known;
  const auto made = topic_keys_.find(topic.str());
  if (made != topic_keys_.end()) return made->second;

  const auto key = known_topics_.last_key() + static_cast<std::int64_t>(topics_.size()) + 1;
  to.add_topic.bind(1, key);
  to.add_topic.bind(2, std::string_view{topic.str()});
  to.add_topic.run();
  topics_.push_back({key, topic});
  topic_keys_.emplace(topic.str(), key);
  return key;
}

topic_name pending_group::topic_of(std::int64_t key) const {
  const std::int64_t last_known = known_topics_.last_key();
  return key > last_known ? topics_[static_cast<std::size_t>(key - last_known - 1)].name : known_topics_.name_of(key);
}

}  // namespace eventmgr::sqlite
