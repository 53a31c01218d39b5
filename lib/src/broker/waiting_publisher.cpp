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

}  // namespace

/// One publisher that waits. The core's, but for `seat`.
struct waiting_publisher::ticket {
  std::shared_ptr<receipt_board::seat> seat{};
  std::chrono::milliseconds wait{0};
  delivery_receipt receipt{};
  std::optional<log_place> place{};  ///< once it waits
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
      if (waiting->place) board.give_up(*waiting->place);
    });
  };
}

void waiting_publisher::stored(const std::shared_ptr<ticket>& of, const append_entry& entry) {
  of->receipt.stored = receipt_of(entry);
  if (of->receipt.stored.scheduled) return of->answer();
  if (entry.outcome == append_outcome::duplicate) return tell_what_is_known(of);

  // No subscription has handed it out yet: they begin in a later turn of the core.
  auto reports = expected(entry.record, of->receipt.matched);
  const log_place place{entry.record->partition, entry.record->seq};
  of->receipt.waited = true;
  of->place = place;
  const auto wait = of->given_up ? std::chrono::milliseconds{0} : of->wait;
  context_.receipts.wait(place, std::move(reports), context_.ports.time.steady_now() + wait,
                         [of](std::vector<delivery_report> made) {
                           of->receipt.deliveries = std::move(made);
                           of->answer();
                         });
}

std::vector<delivery_report> waiting_publisher::expected(const std::shared_ptr<const event>& record,
                                                         std::uint64_t& matched) const {
  std::vector<delivery_report> reports;
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
    if (reports.size() < max_reports) {
      reports.push_back({.subscription = each.kept().record.id, .name = each.kept().record.name});
    }
    return true;
  });
  return reports;
}

void waiting_publisher::tell_what_is_known(const std::shared_ptr<ticket>& of) {
  explanations_.deliveries(of->receipt.stored.id, {.limit = max_reports}, [of](result<delivery_page> known) {
    // It is stored, whatever else can be said of it.
    if (known.has_value()) {
      of->receipt.waited = true;
      of->receipt.matched = known->deliveries.size();
      for (const event_delivery& each : known->deliveries) {
        const auto what = outcome_of(each);
        const bool delivered = what == delivery_report::outcome::delivered;
        of->receipt.deliveries.push_back({.subscription = each.subscription,
                                          .name = each.name,
                                          .what = what,
                                          .attempts = each.attempts,
                                          .error = delivered ? std::string{} : each.last_error});
      }
    }
    of->answer();
  });
}

}  // namespace eventmgr
