#include "broker/proof/ledger_proof.hpp"

#include "broker/proof/block_check.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace eventmgr {

namespace {

// Topics whose subscriptions are remembered, and subscriptions remembered for them: 32 MiB at most.
constexpr std::size_t max_topics = 16384;
constexpr std::size_t max_remembered = 4U << 20U;

constexpr std::uint64_t ids_per_step = 4096;

/// `step` said no.
struct given_up {};

class proof {
 public:
  proof(store_snapshot& from, const proof_tools& with, const proof_step& step)
      : from_{from}, with_{with}, step_{step}, claims_{from.partitions()}, subscriptions_{read_subscriptions()} {
    for (const partition_claim& claim : claims_) progress_.total += 2 * claim.head.value;
    progress_.running = true;
  }

  proof_report run();

 private:
  /// The walk through one partition.
  struct walk {
    proof_report::partition_summary summary{};
    std::uint64_t missing{0};
    std::uint64_t block{0};
    bool gaps{false};  ///< the block has some
  };

  std::vector<proven_subscription> read_subscriptions();
  void walk_partition(partition_id partition, const partition_claim& claim);
  void enter_block(walk& on, std::uint64_t block);
  void close_block(const walk& on);
  void close_run(const walk& on, std::uint64_t first, std::uint64_t last);
  void note_gap(walk& on, offset first, offset last);
  void judge(const std::shared_ptr<const event>& record);
  const std::vector<proven_subscription*>& interested_in(const topic_name& topic);
  void check_floors(const walk& on);
  void check_ids();
  void advance(std::uint64_t rows) {
    progress_.done += rows;
    progress_.total = std::max(progress_.total, progress_.done);
    if (!step_(progress_)) throw given_up{};
  }

  store_snapshot& from_;
  const proof_tools with_;
  const proof_step& step_;
  const std::vector<partition_claim> claims_;
  problem_list problems_;
  std::vector<proven_subscription> subscriptions_;
  block_check blocks_{from_, subscriptions_, problems_};
  block_events events_;
  std::unordered_map<std::string, std::vector<proven_subscription*>> by_topic_;
  std::size_t remembered_{0};  ///< in all of these
  proof_progress progress_;
  proof_report report_;
};

std::vector<proven_subscription> proof::read_subscriptions() {
  std::vector<proven_subscription> all;
  for (const subscription_state& kept : from_.subscriptions()) {
    const proven_subscription& made = all.emplace_back(kept, with_.texts, claims_.size());
    if (made.fault().empty()) continue;
    problems_.add({.check = proof_check::ledger, .subscription = made.name(), .message = made.fault()});
  }
  return all;
}

proof_report proof::run() {
  for (std::string& fault : from_.faults()) problems_.add({.check = proof_check::log, .message = std::move(fault)});
  for (std::string& orphan : from_.orphans()) {
    problems_.add({.check = proof_check::ledger, .message = std::move(orphan)});
  }
  for (std::size_t p = 0; p < claims_.size(); ++p) walk_partition({static_cast<std::uint16_t>(p)}, claims_[p]);
  blocks_.conclude();
  check_ids();
  for (const proven_subscription& each : subscriptions_) report_.subscriptions.push_back(each.summary());
  std::ranges::sort(report_.subscriptions, {}, &proof_report::subscription_summary::name);
  report_.problem_count = problems_.count();
  report_.problems = problems_.take();
  return std::move(report_);
}

void proof::walk_partition(partition_id partition, const partition_claim& claim) {
  walk on{.summary = {.partition = partition, .head = claim.head, .pruned = claim.pruned}};
  events_.begin();
  offset last{};
  while (true) {
    const auto page = from_.read_log(partition, last);
    if (page.empty()) break;
    for (const auto& record : page) {
      if (on.summary.events == 0) on.summary.first = record->seq;
      if (record->seq > last.next()) note_gap(on, last.next(), {record->seq.value - 1});
      enter_block(on, ledger_block_of(record->seq));
      events_.add(record->seq, record->id);
      judge(record);
      last = record->seq;
      ++on.summary.events;
    }
    advance(page.size());
  }
  if (on.summary.events == 0) on.summary.first = claim.head.next();
  if (last < claim.head) note_gap(on, last.next(), claim.head);
  on.summary.head = std::max(claim.head, last);
  close_block(on);
  close_run(on, on.block + 1, UINT64_MAX);
  if (claim.pruned != 0 && on.missing != claim.pruned) {
    problems_.add({.check = proof_check::log,
                   .partition = partition,
                   .message = std::to_string(on.missing) + " events are missing, of which retention took " +
                              std::to_string(claim.pruned)});
  }
  check_floors(on);
  report_.events += on.summary.events;
  report_.partitions.push_back(on.summary);
}

void proof::note_gap(walk& on, offset first, offset last) {
  const std::uint64_t count = last.value - first.value + 1;
  on.missing += count;
  if (on.summary.pruned == 0) {
    problems_.add({.check = proof_check::log,
                   .partition = on.summary.partition,
                   .seq = first,
                   .message = count == 1 ? "the event is missing"
                                         : std::to_string(count) + " events are missing, up to offset " +
                                               std::to_string(last.value)});
  }
  on.gaps = on.gaps || ledger_block_of(first) == on.block;
  // A block that begins with missing events is entered here, for the event that comes would not say that they are.
  const bool ends_a_block = last.value % ledger_block_size == ledger_block_size - 1;
  if (ledger_block_of(last) == on.block || ends_a_block) return;
  enter_block(on, ledger_block_of(last));
  on.gaps = true;
}

void proof::enter_block(walk& on, std::uint64_t block) {
  if (block == on.block) return;
  close_block(on);
  if (block > on.block + 1) close_run(on, on.block + 1, block - 1);
  on.block = block;
  on.gaps = false;
  events_.begin();
}

void proof::close_block(const walk& on) {
  blocks_.close({.blocks = {on.summary.partition, on.block, on.block},
                 .events = &events_,
                 .head = on.summary.head,
                 .pruned = on.gaps && on.summary.pruned != 0});
}

void proof::close_run(const walk& on, std::uint64_t first, std::uint64_t last) {
  blocks_.close({.blocks = {on.summary.partition, first, last},
                 .head = on.summary.head,
                 .pruned = on.summary.pruned != 0 && first <= ledger_block_of(on.summary.head)});
}

void proof::judge(const std::shared_ptr<const event>& record) {
  std::unique_ptr<const event_document> document;
  const auto open = [&]() -> const event_document& {
    if (!document) document = with_.documents.open(record);
    return *document;
  };
  for (proven_subscription* const each : interested_in(record->topic)) each->judge(*record, open);
}

const std::vector<proven_subscription*>& proof::interested_in(const topic_name& topic) {
  const auto known = by_topic_.find(topic.str());
  if (known != by_topic_.end()) return known->second;
  std::vector<proven_subscription*> found;
  for (proven_subscription& each : subscriptions_) {
    if (each.may_match(topic)) found.push_back(&each);
  }
  found.shrink_to_fit();
  if (by_topic_.size() >= max_topics || remembered_ + found.size() > max_remembered) {
    by_topic_.clear();
    remembered_ = 0;
  }
  remembered_ += found.size();
  return by_topic_.emplace(topic.str(), std::move(found)).first->second;
}

void proof::check_floors(const walk& on) {
  for (const proven_subscription& each : subscriptions_) {
    for (std::size_t lane = 0; lane < proven_subscription::lanes; ++lane) {
      const offset floor = each.floor_of(on.summary.partition, static_cast<priority>(lane));
      if (each.lacks_floor(on.summary.partition, static_cast<priority>(lane))) {
        problems_.add({.check = proof_check::ledger,
                       .partition = on.summary.partition,
                       .subscription = each.name(),
                       .message = "how far it has got in its lane " +
                                  std::string{to_string(static_cast<priority>(lane))} + " is missing"});
      }
      if (floor <= on.summary.head) continue;
      problems_.add({.check = proof_check::ledger,
                     .partition = on.summary.partition,
                     .seq = floor,
                     .subscription = each.name(),
                     .message = "the subscription has passed this offset, the log ends at " +
                                std::to_string(on.summary.head.value)});
    }
  }
}

void proof::check_ids() {
  store_snapshot::id_entry before;
  std::uint64_t count = 0;
  from_.visit_ids([&](const store_snapshot::id_entry& entry) {
    if (count > 0 && entry.id == before.id) {
      problems_.add({.check = proof_check::ids,
                     .partition = entry.partition,
                     .seq = entry.seq,
                     .message = "event id " + to_string(entry.id) + " is also that of offset " +
                                std::to_string(before.seq.value) + " of partition " +
                                std::to_string(before.partition.value)});
    }
    before = entry;
    if (++count % ids_per_step == 0) advance(ids_per_step);
  });
  if (count == report_.events) return;
  problems_.add({.check = proof_check::ids,
                 .message = "the index of event ids has " + std::to_string(count) + " entries, the log " +
                            std::to_string(report_.events) + " events"});
}

}  // namespace

std::optional<proof_report> prove(store_snapshot& from, const proof_tools& with, const proof_step& step) {
  try {
    return proof{from, with, step}.run();
  } catch (const given_up&) {
    return std::nullopt;
  }
}

}  // namespace eventmgr
