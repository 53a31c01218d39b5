#include "store/memory/memory_event_store.hpp"

#include "store/common/history_cursor.hpp"
#include "store/common/page_budget.hpp"
#include "store/common/partitioning.hpp"
#include "store/memory/query_match.hpp"

#include <algorithm>
#include <map>
#include <shared_mutex>
#include <unordered_map>

namespace eventmgr {
namespace {

/// How far one call of `read_log` looks for matches, as a real store bounds the work of a call.
constexpr std::uint64_t max_scan = 50'000;

using log = std::vector<std::shared_ptr<const event>>;

history_place place_of(const event& record) { return {record.received_at, record.partition, record.seq}; }

class memory_event_store final : public event_store {
 public:
  memory_event_store(std::uint16_t partitions, std::shared_ptr<memory_store_faults> faults)
      : logs_(std::max<std::uint16_t>(partitions, 1)), faults_{std::move(faults)} {}

  void commit(commit_batch& batch) override;
  result<bool> declare_topic(const topic_declaration& declaration, declare_mode mode, time_point now) override;
  result<void> undeclare_topic(const topic_name& topic) override;

  std::uint16_t partition_count() const noexcept override { return static_cast<std::uint16_t>(logs_.size()); }
  partition_id partition_of(const topic_name& topic) const noexcept override {
    return partition_for(topic, partition_count());
  }

  std::vector<partition_state> partitions() const override;
  log_page read_log(const log_request& request) override;
  std::optional<event> find_event(event_id id) override;
  result<event_page> query_events(const event_query& query) override;
  position position_at(time_point at) override;
  topic_page list_topics(std::string_view cursor, std::uint32_t limit) override;
  std::optional<topic_info> find_topic(const topic_name& topic) override;
  std::string trouble() const override;

 private:
  void append(append_entry& entry, time_point now);
  void set_trouble(std::string text);

  /// Runs a read: faults first, then `body` under the lock.
  template <class Body>
  auto read(Body body) {
    try {
      if (faults_) faults_->before_read();
    } catch (const error& fault) {
      set_trouble(fault.what());
      throw;
    }
    const std::shared_lock lock{mutex_};
    return body();
  }

  mutable std::shared_mutex mutex_;
  std::vector<log> logs_;  ///< by partition; the event with offset n is at n - 1
  std::unordered_map<event_id, std::shared_ptr<const event>> by_id_;
  std::map<std::string, topic_info, std::less<>> topics_;
  std::string trouble_;
  const std::shared_ptr<memory_store_faults> faults_;
};

void memory_event_store::set_trouble(std::string text) {
  const std::scoped_lock lock{mutex_};
  trouble_ = std::move(text);
}

void memory_event_store::commit(commit_batch& batch) {
  for (append_entry& entry : batch.entries) entry.outcome = append_outcome::pending;
  try {
    if (faults_) faults_->before_commit(batch);
  } catch (const error& fault) {
    set_trouble(fault.what());
    throw;
  }
  const std::scoped_lock lock{mutex_};
  for (append_entry& entry : batch.entries) append(entry, batch.now);
  trouble_.clear();
}

void memory_event_store::append(append_entry& entry, time_point now) {
  const auto original = by_id_.find(entry.record->id);
  if (original != by_id_.end()) {
    entry.outcome = append_outcome::duplicate;
    entry.original_partition = original->second->partition;
    entry.original_seq = original->second->seq;
    entry.original_topic = original->second->topic;
    return;
  }
  event& record = *entry.record;
  record.partition = partition_of(record.topic);
  log& events = logs_[record.partition.value];
  record.seq = {events.size() + 1};
  record.received_at = events.empty() ? now : std::max(now, events.back()->received_at);
  entry.outcome = append_outcome::stored;
  events.push_back(entry.record);
  by_id_.emplace(record.id, entry.record);

  topic_info& topic = topics_[record.topic.str()];
  topic.topic = record.topic;
  ++topic.event_count;
  topic.last_event = record.received_at;
}

result<bool> memory_event_store::declare_topic(const topic_declaration& declaration, declare_mode mode,
                                               time_point now) {
  const std::scoped_lock lock{mutex_};
  topic_info& topic = topics_[declaration.topic.str()];
  if (topic.declared && mode == declare_mode::create) {
    return failure{errc::conflict, "topic " + declaration.topic.str() + " is already declared"};
  }
  const bool anew = !topic.declared;
  topic.topic = declaration.topic;
  topic.description = declaration.description;
  topic.declared = true;
  if (anew) topic.declared_at = now;
  return anew;
}

result<void> memory_event_store::undeclare_topic(const topic_name& topic) {
  const std::scoped_lock lock{mutex_};
  const auto found = topics_.find(topic.str());
  if (found == topics_.end() || !found->second.declared) {
    return failure{errc::not_found, "topic " + topic.str() + " is not declared"};
  }
  if (found->second.event_count == 0) {
    topics_.erase(found);
  } else {
    found->second.declared = false;
    found->second.declared_at.reset();
    found->second.description.clear();
  }
  return {};
}

std::vector<partition_state> memory_event_store::partitions() const {
  const std::shared_lock lock{mutex_};
  std::vector<partition_state> states;
  states.reserve(logs_.size());
  for (const log& events : logs_) {
    states.push_back({{events.size()}, {1}, events.empty() ? time_point{} : events.back()->received_at});
  }
  return states;
}

log_page memory_event_store::read_log(const log_request& request) {
  return read([&] {
    log_page page;
    page.scanned_through = request.after;
    if (request.partition.value >= logs_.size()) return page;
    const log& events = logs_[request.partition.value];
    const std::uint64_t last = std::min<std::uint64_t>(request.through.value, events.size());
    std::uint64_t bytes = 0;
    for (std::uint64_t seq = request.after.value; seq < last && seq - request.after.value < max_scan; ++seq) {
      const auto& candidate = events[seq];
      const bool wanted =
          request.topics.empty() || std::ranges::any_of(request.topics, [&](const topic_pattern& pattern) {
            return pattern.matches(candidate->topic);
          });
      if (wanted) {
        bytes += candidate->payload.size();
        if (page.events.size() >= request.max_events || (!page.events.empty() && bytes > request.max_bytes)) break;
        page.events.push_back(candidate);
      }
      page.scanned_through = candidate->seq;
    }
    return page;
  });
}

std::optional<event> memory_event_store::find_event(event_id id) {
  return read([&]() -> std::optional<event> {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return std::nullopt;
    return *found->second;
  });
}

result<event_page> memory_event_store::query_events(const event_query& query) {
  const auto checked = check_history_query(query);
  if (!checked) return checked.error();
  const std::optional<history_place>& from = *checked;
  return read([&] {
    const auto before = [&](const auto& a, const auto& b) {
      return query.order == sort_order::ascending ? place_of(*a) < place_of(*b) : place_of(*b) < place_of(*a);
    };
    log matching;
    for (const log& events : logs_) {
      std::ranges::copy_if(events, std::back_inserter(matching), [&](const auto& e) { return matches(query, *e); });
    }
    std::ranges::sort(matching, before);

    event_page page;
    page.total = std::min<std::uint64_t>(matching.size(), event_query::count_limit);
    page.total_is_exact = page.total == matching.size();
    auto next = matching.begin();
    if (from) {
      next = std::ranges::find_if(matching, [&](const auto& e) {
        return query.order == sort_order::ascending ? place_of(*e) > *from : place_of(*e) < *from;
      });
    } else {
      next += static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(query.skip, matching.size()));
    }
    for (page_budget left{query}; next != matching.end() && !left.spent(); ++next) {
      left.take(**next);
      page.events.push_back(**next);
    }
    page.has_more = next != matching.end();
    if (page.has_more) page.next_cursor = make_history_cursor(query, place_of(page.events.back()));
    return page;
  });
}

position memory_event_store::position_at(time_point at) {
  return read([&] {
    position place;
    for (const log& events : logs_) {
      const auto first = std::ranges::lower_bound(events, at, {}, [](const auto& e) { return e->received_at; });
      place.after.push_back({static_cast<std::uint64_t>(first - events.begin())});
    }
    return place;
  });
}

topic_page memory_event_store::list_topics(std::string_view cursor, std::uint32_t limit) {
  return read([&] {
    topic_page page;
    page.total = topics_.size();
    auto next = cursor.empty() ? topics_.begin() : topics_.upper_bound(cursor);
    for (; next != topics_.end() && page.topics.size() < limit; ++next) page.topics.push_back(next->second);
    if (next != topics_.end() && !page.topics.empty()) page.next_cursor = page.topics.back().topic.str();
    return page;
  });
}

std::optional<topic_info> memory_event_store::find_topic(const topic_name& topic) {
  return read([&]() -> std::optional<topic_info> {
    const auto found = topics_.find(topic.str());
    if (found == topics_.end()) return std::nullopt;
    return found->second;
  });
}

std::string memory_event_store::trouble() const {
  const std::shared_lock lock{mutex_};
  return trouble_;
}

}  // namespace

std::unique_ptr<event_store> make_memory_event_store(std::uint16_t partitions,
                                                     std::shared_ptr<memory_store_faults> faults) {
  return std::make_unique<memory_event_store>(partitions, std::move(faults));
}

}  // namespace eventmgr
