#include "broker/delivery/backlog_walk.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

namespace eventmgr {

namespace {

// Events that are read and judged in one step.
constexpr std::uint64_t judged_at_once = 256;

}  // namespace

backlog_walk::backlog_walk(event_store& store, const document_reader& documents, recent_reads& reads,
                           const durable_subscription& of, const position& heads, const backlog_limit& limit,
                           time_point now)
    : store_{store},
      documents_{documents},
      reads_{reads},
      limit_{limit},
      now_{now},
      edge_{.after = std::vector<offset>(heads.after.size())} {
  for (std::size_t p = 0; p < heads.after.size(); ++p) {
    parts_.push_back(part_of(of, {static_cast<std::uint16_t>(p)}, heads.after[p]));
  }
  begin_part();
}

backlog_walk::part backlog_walk::part_of(const durable_subscription& of, partition_id partition, offset head) const {
  part made{.partition = partition};
  if (!limit_.events) return made;
  const matching_history& rules = of.kept().rules;
  const std::vector<offset>& skips = of.kept().record.skip_through.after;
  const offset skipped = skips.empty() ? offset{} : skips[partition.value];

  std::vector<std::pair<offset, priority_set>> lanes;
  std::set<offset> cuts{offset{}, head};
  for (const auto& lane : of.lanes()) {
    if (lane->partition() != partition) continue;
    const std::vector<offset> waiting = lane->window().outstanding_places();
    std::ranges::copy_if(waiting, std::back_inserter(made.known), [&](offset seq) { return seq > skipped; });
    const offset seen = std::min(head, lane->live() ? head : std::max(lane->window().scan(), skipped));
    lanes.emplace_back(seen, lane->priorities());
    cuts.insert(seen);
    for (offset at = seen; at < head; at = std::min(head, rules.end_of(partition, at.next()))) cuts.insert(at);
  }
  std::ranges::sort(made.known, std::greater{});

  const auto& copies = of.kept().definition.options.dead_letter_topic;
  for (auto to = std::next(cuts.begin()); to != cuts.end(); ++to) {
    stretch next{.after = *std::prev(to), .through = *to};
    next.rule = rules.at(partition, next.through);
    for (std::size_t i = 0; i < 4; ++i) {
      const auto each = static_cast<priority>(i);
      const bool open = std::ranges::any_of(
          lanes, [&](const auto& lane) { return lane.first <= next.after && lane.second.has(each); });
      if (open && next.rule->priorities.has(each)) next.priorities.add(each);
    }
    // What it sent to its own dead letter topic it does not get.
    next.by_index = next.rule->filter.passes_everything() && !(copies && next.rule->on_topic(*copies));
    made.stretches.push_back(std::move(next));
  }
  return made;
}

void backlog_walk::begin_part() {
  const std::uint64_t keep = limit_.events.value_or(0);
  left_ = keep + (keep == UINT64_MAX ? 0 : 1);
}

void backlog_walk::end_part() {
  ++current_;
  begin_part();
  begun_ = false;
}

log_request backlog_walk::request(const part& in, const stretch& what) const {
  return {.partition = in.partition,
          .after = what.after,
          .through = what.through,
          .topics = what.rule->topics,
          .priorities = what.priorities};
}

void backlog_walk::step() {
  if (over()) return;
  part& in = parts_[current_];
  const bool fresh = !std::exchange(begun_, true);
  if (in.stretches.empty() || (fresh && few(in))) {
    end_part();
  } else if (in.stretches.back().priorities.empty()) {
    take_known(in);
  } else if (in.stretches.back().by_index) {
    walk_index(in);
  } else {
    walk_page(in);
  }
  if (!over() || !limit_.age) return;
  const position old = store_.position_at(now_ - *limit_.age);
  for (std::size_t p = 0; p < edge_.after.size(); ++p) edge_.after[p] = std::max(edge_.after[p], old.after[p]);
}

bool backlog_walk::few(const part& in) {
  const auto to_read = [](const stretch& each) { return !each.by_index && !each.priorities.empty(); };
  if (std::ranges::none_of(in.stretches, to_read)) return false;
  std::uint64_t most = in.known.size();
  for (const stretch& each : in.stretches) most += each.priorities.empty() ? 0 : store_.count_log(request(in, each));
  return most < left_;
}

void backlog_walk::take_known(part& in) {
  const offset after = in.stretches.back().after;
  in.stretches.pop_back();
  const auto end = std::ranges::lower_bound(in.known, after, std::greater{});
  const auto count = static_cast<std::uint64_t>(end - in.known.begin());
  if (count >= left_) {
    edge_.after[in.partition.value] = in.known[left_ - 1];
    return end_part();
  }
  left_ -= count;
  in.known.erase(in.known.begin(), end);
}

void backlog_walk::walk_index(part& in) {
  const stretch what = in.stretches.back();
  in.stretches.pop_back();
  const log_request all = request(in, what);
  const auto end = std::ranges::lower_bound(in.known, what.after, std::greater{});
  // Of the newest `left_` of both, how many are known ones: the n-th is one if less than all the others come after it.
  const auto is_one = [&](std::uint64_t n) { return store_.place_of_last(all, left_ - n + 1) < in.known[n - 1]; };
  std::uint64_t known = 0;
  for (auto most = std::min(left_, static_cast<std::uint64_t>(end - in.known.begin())); known < most;) {
    const std::uint64_t n = known + (most - known + 1) / 2;
    if (is_one(n)) {
      known = n;
    } else {
      most = n - 1;
    }
  }
  const std::uint64_t wanted = left_ - known;
  const offset place = wanted == 0 ? what.through : store_.place_of_last(all, wanted);
  const std::uint64_t found = place > what.after ? wanted : std::min(wanted, store_.count_log(all));
  if (found == wanted) {
    const offset first = wanted == 0 ? in.known[known - 1] : place.next();
    edge_.after[in.partition.value] = known == 0 ? first : std::min(first, in.known[known - 1]);
    return end_part();
  }
  left_ -= found + known;
  in.known.erase(in.known.begin(), end);
}

void backlog_walk::walk_page(part& in) {
  stretch& what = in.stretches.back();
  const offset after = store_.place_of_last(request(in, what), judged_at_once);
  std::vector<offset> found = judge(in, what, after);
  const auto end = std::ranges::lower_bound(in.known, after, std::greater{});
  found.insert(found.end(), in.known.begin(), end);
  std::ranges::sort(found, std::greater{});
  if (found.size() >= left_) {
    edge_.after[in.partition.value] = found[left_ - 1];
    return end_part();
  }
  left_ -= found.size();
  in.known.erase(in.known.begin(), end);
  what.through = after;
  if (after <= what.after) in.stretches.pop_back();
}

std::vector<offset> backlog_walk::judge(const part& in, const stretch& what, offset after) {
  std::vector<offset> ours;
  log_request page = request(in, what);
  page.max_events = judged_at_once;
  for (page.after = after; page.after < what.through;) {
    const log_page got = store_.read_log(page);
    for (const auto& record : got.events) {
      // Those that need no look inside would only push out what others come back to.
      recent_reads::entry shared;
      const auto open = [&]() -> const event_document& {
        shared = reads_.share({record}).front();
        return shared->document(documents_);
      };
      if (what.rule->passes(*record, open)) ours.push_back(record->seq);
    }
    // Retention may have taken the rest meanwhile.
    if (got.scanned_through <= page.after) break;
    page.after = got.scanned_through;
  }
  return ours;
}

}  // namespace eventmgr
