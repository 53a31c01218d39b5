#include "broker/proof/block_check.hpp"

#include <algorithm>

namespace eventmgr {

namespace {

offset first_of(std::uint64_t block) { return {block * ledger_block_size}; }

offset last_of(std::uint64_t block) {
  return block >= ledger_block_of({UINT64_MAX}) ? offset{UINT64_MAX} : offset{first_of(block + 1).value - 1};
}

std::string span_text(std::uint64_t block) {
  return "in offsets " + std::to_string(first_of(block).value) + " to " + std::to_string(last_of(block).value);
}

}  // namespace

block_check::block_check(store_snapshot& from, std::span<proven_subscription> subscriptions, problem_list& problems)
    : from_{from}, subscriptions_{subscriptions}, problems_{problems} {
  for (std::size_t i = 0; i < subscriptions.size(); ++i) places_.emplace(subscriptions[i].summary().id, i);
}

void block_check::close(const stretch& what) {
  for (std::size_t i = 0; i < subscriptions_.size(); ++i) {
    if (const std::uint64_t matched = subscriptions_[i].take_matched()) {
      tallies_[{i, what.blocks.first}].matched = matched;
    }
  }
  const offset_span span{what.blocks.partition, first_of(what.blocks.first), last_of(what.blocks.last)};
  from_.visit_exceptions(span, [&](const exception_record& row) { see(what, row); });
  from_.visit_dead_letters(span, [&](const dead_letter_record& row) { see(what, row); });
  from_.visit_ledger(what.blocks, [&](const ledger_record& row) {
    const auto place = places_.find(row.subscription);
    if (place == places_.end()) return;
    subscriptions_[place->second].add(row);
    const auto found = tallies_.extract({place->second, row.block});
    compare(what, place->second, row, found ? found.mapped() : tally{});
  });
  for (const auto& [key, found] : tallies_) compare(what, key.first, {.block = key.second}, found);
  tallies_.clear();
}

void block_check::conclude() {
  const auto complain = [&](subscription_id of, std::uint64_t made, const letters& found) {
    const auto place = places_.find(of);
    const std::string name = place == places_.end() ? found.name : subscriptions_[place->second].name();
    problems_.add({.check = proof_check::dead_letters,
                   .subscription = name.empty() ? to_string(of) : name,
                   .message = "of " + std::to_string(made) + " dead letters that were made there are " +
                              std::to_string(found.count)});
  };
  for (const dead_letter_total& total : from_.dead_letter_totals()) {
    const auto found = letters_.extract(total.subscription);
    const letters there = found ? found.mapped() : letters{};
    if (there.count != total.kept) complain(total.subscription, total.kept, there);
  }
  for (const auto& [subscription, there] : letters_) complain(subscription, 0, there);
  letters_.clear();
}

bool block_check::lacks(const stretch& what, offset seq) const {
  if (what.events != nullptr && what.events->find(seq) != nullptr) return false;
  return seq > what.head || seq.value == 0 || !what.pruned;
}

void block_check::see(const stretch& what, const exception_record& row) {
  const auto place = places_.find(row.key.subscription);
  if (place == places_.end()) return;
  proven_subscription& of = subscriptions_[place->second];
  if (lacks(what, row.key.seq)) {
    problems_.add({.check = proof_check::exceptions,
                   .partition = row.key.partition,
                   .seq = row.key.seq,
                   .subscription = of.name(),
                   .message = "an event that waits for its next attempt is not in the log"});
  }
  if (row.key.seq > of.floor_of(row.key.partition, row.lane)) return;
  of.add_exception();
  ++tallies_[{place->second, ledger_block_of(row.key.seq)}].exceptions;
}

void block_check::see(const stretch& what, const dead_letter_record& row) {
  const auto complain = [&](std::string message) {
    problems_.add({.check = proof_check::dead_letters,
                   .partition = row.key.partition,
                   .seq = row.key.seq,
                   .subscription = row.subscription_name,
                   .message = std::move(message)});
  };
  letters& of_subscription = letters_[row.key.subscription];
  ++of_subscription.count;
  of_subscription.name = row.subscription_name;
  const event_id* const there = what.events == nullptr ? nullptr : what.events->find(row.key.seq);
  if (there != nullptr && *there != row.event) {
    complain("dead letter " + to_string(row.id) + " is of event " + to_string(row.event) + ", its offset holds " +
             to_string(*there));
  } else if (lacks(what, row.key.seq)) {
    complain("the event of dead letter " + to_string(row.id) + " is not in the log");
  }
  const auto place = places_.find(row.key.subscription);
  if (place == places_.end()) return;
  const proven_subscription& of = subscriptions_[place->second];
  if (!row.counted || row.generation != of.generation() || row.key.seq > of.floor_of(row.key.partition, row.lane))
    return;
  ++tallies_[{place->second, ledger_block_of(row.key.seq)}].dead;
}

void block_check::compare(const stretch& what, std::size_t subscription, const ledger_record& row, const tally& found) {
  const proven_subscription& of = subscriptions_[subscription];
  const auto complain = [&](proof_check check, std::string message) {
    problems_.add({.check = check,
                   .partition = what.blocks.partition,
                   .block = row.block,
                   .subscription = of.name(),
                   .message = std::move(message)});
  };
  // Where retention has taken events, those that are left do not say what matched.
  const bool whole = !what.pruned;
  if (whole && of.fault().empty() && row.matched != found.matched) {
    complain(proof_check::ledger, "the ledger says that " + std::to_string(row.matched) + " events " +
                                      span_text(row.block) + " matched; by its filter and the log it is " +
                                      std::to_string(found.matched));
  }
  const std::uint64_t settled = row.acknowledged + row.expired + row.dead + row.skipped + found.exceptions;
  if (row.matched != settled) {
    complain(proof_check::ledger, "of " + std::to_string(row.matched) + " events " + span_text(row.block) +
                                      " that matched, " + std::to_string(settled) +
                                      " are accounted for: " + std::to_string(row.acknowledged) + " acknowledged, " +
                                      std::to_string(row.expired) + " expired, " + std::to_string(row.dead) +
                                      " dead, " + std::to_string(row.skipped) + " skipped, " +
                                      std::to_string(found.exceptions) + " waiting for a retry");
  }
  if (whole && row.dead != found.dead) {
    complain(proof_check::dead_letters, "the ledger counts " + std::to_string(row.dead) + " dead " +
                                            span_text(row.block) + "; there are " + std::to_string(found.dead) +
                                            " dead letters");
  }
}

}  // namespace eventmgr
