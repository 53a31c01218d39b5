#include "broker/delivery/subscription_reads.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace eventmgr {

namespace {

struct lag_part {
  partition_id partition{};
  priority_set priorities{};
  offset after{};
  offset through{};
  matching_history::rule_ptr rule{};
};

// What lies between the floors and the heads, cut where another rule begins to hold.
std::vector<lag_part> lag_parts_of(const durable_subscription& of, const position& heads) {
  std::vector<lag_part> all;
  const matching_history& rules = of.kept().rules;
  for (const auto& lane : of.lanes()) {
    const partition_id partition = lane->partition();
    const offset head = heads.after[partition.value];
    for (offset after = lane->floor_now(); after < head;) {
      const matching_history::rule_ptr& rule = rules.at(partition, after.next());
      const offset through = std::min(head, rules.end_of(partition, after.next()));
      for (std::size_t i = 0; i < 4; ++i) {
        priority_set only;
        only.add(static_cast<priority>(i));
        if ((only & lane->priorities() & rule->priorities).empty()) continue;
        all.push_back({partition, only, after, through, rule});
      }
      after = through;
    }
  }
  return all;
}

std::size_t index_of(const priority_set& single) {
  std::size_t i = 0;
  while (!single.has(static_cast<priority>(i))) ++i;
  return i;
}

}  // namespace

std::function<result<subscription_stats>()> count_backlog(event_store& store, const position& heads,
                                                          const durable_subscription& of, time_point now) {
  return [&store, parts = lag_parts_of(of, heads), stats = of.stats(), exception = of.oldest_exception(),
          now]() -> result<subscription_stats> {
    subscription_stats counted = stats;
    const auto see = [&](const event& unsettled) {
      const auto age = std::max(now - unsettled.received_at, std::chrono::milliseconds{0});
      counted.oldest_unsettled_age = std::max(counted.oldest_unsettled_age.value_or(age), age);
    };
    if (exception) {
      const place_page oldest = store.read_events({.partition = exception->partition, .places = {&exception->seq, 1}});
      for (const auto& record : oldest.events) see(*record);
    }
    for (const lag_part& part : parts) {
      log_request request{.partition = part.partition,
                          .after = part.after,
                          .through = part.through,
                          .topics = part.rule->topics,
                          .priorities = part.priorities,
                          .max_events = 1};
      const std::uint64_t lag = store.count_log(request);
      counted.lag[index_of(part.priorities)] += lag;
      if (lag == 0) continue;
      for (const auto& record : store.read_log(request).events) see(*record);
    }
    return counted;
  };
}

position further(position a, const position& b) {
  if (a.after.empty()) return b;
  for (std::size_t p = 0; p < b.after.size(); ++p) a.after[p] = std::max(a.after[p], b.after[p]);
  return a;
}

}  // namespace eventmgr
