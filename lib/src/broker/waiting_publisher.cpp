#include "broker/waiting_publisher.hpp"

#include "broker/receipt_of.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace eventmgr {

namespace {

constexpr std::chrono::milliseconds longest_wait{60'000};

delivery_report::outcome outcome_of(const event_delivery& delivery) {
  if (delivery.delivered().value_or(false)) return delivery_report::outcome::delivered;
  switch (delivery.state) {
    case delivery_fate::dead_letter:
      return delivery_report::outcome::dead;
    case delivery_fate::expired:
      return delivery_report::outcome::expired;
    case delivery_fate::skipped:
      return delivery_report::outcome::skipped;
    default:
      return delivery_report::outcome::pending;
  }
}

delivery_report report_of(const event_delivery& delivery) {
  const auto what = outcome_of(delivery);
  return {.subscription = delivery.subscription,
          .name = delivery.name,
          .what = what,
          .attempts = delivery.attempts,
          .error = what == delivery_report::outcome::delivered ? std::string{} : delivery.last_error};
}

/// Whether an outcome will be told once it comes. Of one that is settled already it may not be known which it was.
bool is_awaited(const event_delivery& delivery) {
  switch (delivery.state) {
    case delivery_fate::waiting:
    case delivery_fate::in_flight:
    case delivery_fate::retrying:
    case delivery_fate::held_back:
      return true;
    default:
      return false;
  }
}

}  // namespace

/// One publisher that waits. The core's, but for `seat`.
struct waiting_publisher::ticket {
  std::shared_ptr<receipt_board::seat> seat{};
  std::chrono::milliseconds wait{0};
  timers::time deadline{};  ///< once the event is stored
  delivery_receipt receipt{};
  log_place place{};
  std::optional<receipt_board::key> waiting{};  ///< once it waits
  bool given_up{false};
  reply<delivery_receipt> done{};

  void answer() { std::exchange(done, nullptr)(std::move(receipt)); }
};

std::function<void()> waiting_publisher::publish(std::shared_ptr<event> record, std::chrono::milliseconds wait,
                                                 reply<delivery_receipt> done) {
  auto seat = context_.receipts.reserve();
  if (!seat) {
    done(failure{.code = errc::rate_limited,
                 .message = "too many publishers wait for deliveries; the event was not published",
                 .retry_after = std::chrono::seconds{1}});
    return [] {};
  }
  auto mine = std::make_shared<ticket>(ticket{.seat = std::move(seat),
                                              .wait = std::clamp(wait, std::chrono::milliseconds{0}, longest_wait),
                                              .done = std::move(done)});
  std::vector<std::shared_ptr<event>> one;
  one.push_back(std::move(record));
  pipeline_.submit(std::move(one), [this, mine](const result<std::span<const append_entry>>& entries) {
    if (entries.has_error()) return mine->done(entries.error());
    stored(mine, entries->front());
  });
  return [&core = context_.executors.core, &board = context_.receipts, weak = std::weak_ptr{mine}] {
    core.post([&board, weak] {
      const auto waiting = weak.lock();
      if (!waiting) return;
      waiting->given_up = true;
      if (waiting->waiting) board.give_up(waiting->place, *waiting->waiting);
    });
  };
}

void waiting_publisher::stored(const ticket_ptr& of, const append_entry& entry) {
  of->receipt.stored = receipt_of(entry);
  if (of->receipt.stored.scheduled) return of->answer();
  of->place = {of->receipt.stored.partition, of->receipt.stored.seq};
  of->deadline = context_.ports.time.steady_now() + of->wait;
  if (entry.outcome == append_outcome::duplicate) return look(of, {}, {});

  // No subscription has handed it out yet: they begin in a later turn of the core.
  auto what = expected(entry.record, of->receipt.matched);
  wait(of, std::move(what));
}

void waiting_publisher::wait(const ticket_ptr& of, receipt_board::request what) {
  of->receipt.waited = true;
  const auto deadline = of->given_up ? context_.ports.time.steady_now() : of->deadline;
  of->waiting = context_.receipts.wait(of->place, std::move(what), deadline, [of](receipt_board::told made) {
    of->receipt.deliveries = std::move(made.reports);
    of->receipt.delivered = made.delivered;
    of->answer();
  });
}

receipt_board::request waiting_publisher::expected(const std::shared_ptr<const event>& record,
                                                   std::uint64_t& matched) const {
  receipt_board::request what;
  // Not the tail ring's: of a large group it may have let go of the first ones by now.
  std::unique_ptr<const event_document> document;
  const auto open = [&]() -> const event_document& {
    if (!document) document = context_.ports.documents.open(record);
    return *document;
  };
  subscriptions_.visit({}, [&](const durable_subscription& each) {
    const matching_rule& rule = each.rule_for({record->partition, record->seq});
    if (!rule.on_topic(record->topic) || !rule.passes(*record, open)) return true;
    ++matched;
    const subscription_record& who = each.kept().record;
    if (what.open.size() < max_reports) {
      what.open.push_back({.subscription = who.id, .name = who.name});
    } else {
      what.unnamed.push_back(who.id);
    }
    return true;
  });
  return what;
}

void waiting_publisher::look(const ticket_ptr& of, receipt_board::request so_far, std::string cursor) {
  explanations_.deliveries(of->receipt.stored.id, {.cursor = std::move(cursor), .limit = max_reports},
                           [this, of, what = std::move(so_far)](result<delivery_page> known) mutable {
                             // It is stored, whatever else can be said of it.
                             if (known.has_error()) return of->answer();
                             for (const event_delivery& each : known->deliveries) {
                               if (each.deleted) continue;
                               ++of->receipt.matched;
                               const bool named = what.open.size() + what.known.size() < max_reports;
                               const bool awaited = is_awaited(each);
                               if (named) {
                                 (awaited ? what.open : what.known).push_back(report_of(each));
                               } else if (awaited) {
                                 what.unnamed.push_back(each.subscription);
                               } else if (outcome_of(each) == delivery_report::outcome::delivered) {
                                 ++what.delivered;
                               }
                             }
                             if (!known->next_cursor.empty()) return look(of, std::move(what), known->next_cursor);
                             wait(of, std::move(what));
                             if (of->done) look_again(of, {});
                           });
}

void waiting_publisher::look_again(const ticket_ptr& of, std::string cursor) {
  explanations_.deliveries(of->receipt.stored.id, {.cursor = std::move(cursor), .limit = max_reports},
                           [this, of](const result<delivery_page>& known) {
                             if (known.has_error()) return;
                             for (const event_delivery& each : known->deliveries) {
                               if (!each.deleted) context_.receipts.learn(of->place, report_of(each));
                             }
                             if (of->done && !known->next_cursor.empty()) look_again(of, known->next_cursor);
                           });
}

}  // namespace eventmgr
