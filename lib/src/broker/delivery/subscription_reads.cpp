#include "broker/delivery/subscription_reads.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace eventmgr {

namespace {

struct stretch {
  partition_id partition{};
  priority_set priorities{};
  offset after{};
  offset through{};
};

std::vector<stretch> stretches_of(const durable_subscription& of, const position& heads) {
  std::vector<stretch> all;
  const priority_set wanted = of.kept().rules.newest()->priorities;
  for (const auto& lane : of.lanes()) {
    for (std::size_t i = 0; i < 4; ++i) {
      priority_set only;
      only.add(static_cast<priority>(i));
      if ((only & lane->priorities() & wanted).empty()) continue;
      all.push_back({lane->partition(), only, lane->floor_now(), heads.after[lane->partition().value]});
    }
  }
  return all;
}

std::size_t index_of(const priority_set& single) {
  std::size_t i = 0;
  while (!single.has(static_cast<priority>(i))) ++i;
  return i;
}

position newest(event_store& store, const position& heads, const position& floor,
                const std::vector<topic_pattern>& topics, priority_set priorities, std::uint64_t keep) {
  position edge;
  for (std::size_t p = 0; p < heads.after.size(); ++p) {
    edge.after.push_back(store.place_of_last({.partition = {static_cast<std::uint16_t>(p)},
                                              .after = floor.after[p],
                                              .through = heads.after[p],
                                              .topics = topics,
                                              .priorities = priorities},
                                             keep));
  }
  return edge;
}

}  // namespace

std::function<result<subscription_stats>()> count_backlog(event_store& store, const position& heads,
                                                          const durable_subscription& of, time_point now) {
  return [&store, rule = of.kept().rules.newest(), parts = stretches_of(of, heads), stats = of.stats(),
          exception = of.oldest_exception(), now]() -> result<subscription_stats> {
    subscription_stats counted = stats;
    const auto see = [&](const event& unsettled) {
      const auto age = std::max(now - unsettled.received_at, std::chrono::milliseconds{0});
      counted.oldest_unsettled_age = std::max(counted.oldest_unsettled_age.value_or(age), age);
    };
    if (exception) {
      const place_page oldest = store.read_events({.partition = exception->partition, .places = {&exception->seq, 1}});
      for (const auto& record : oldest.events) see(*record);
    }
    for (const stretch& part : parts) {
      if (part.after >= part.through) continue;
      log_request request{.partition = part.partition,
                          .after = part.after,
                          .through = part.through,
                          .topics = rule->topics,
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

std::function<result<position>()> place_of_newest(event_store& store, const position& heads,
                                                  const durable_subscription& of, std::uint64_t keep) {
  return [&store, heads, floor = of.floor(), rule = of.kept().rules.newest(), keep]() -> result<position> {
    return newest(store, heads, floor, rule->topics, rule->priorities, keep);
  };
}

std::function<result<position>()> backlog_edge(event_store& store, const position& heads,
                                               const durable_subscription& of, const backlog_limit& limit,
                                               time_point now) {
  return [&store, heads, floor = of.floor(), rule = of.kept().rules.newest(), limit, now]() -> result<position> {
    position edge{.after = std::vector<offset>(heads.after.size())};
    if (limit.events) edge = newest(store, heads, floor, rule->topics, rule->priorities, *limit.events);
    if (limit.age) {
      const position old = store.position_at(now - *limit.age);
      for (std::size_t p = 0; p < edge.after.size(); ++p) {
        edge.after[p] = std::max(edge.after[p], std::min(old.after[p], heads.after[p]));
      }
    }
    return edge;
  };
}

}  // namespace eventmgr
