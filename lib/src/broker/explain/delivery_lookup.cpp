#include "broker/explain/delivery_lookup.hpp"

#include "broker/delivery/redelivery/redelivery_service.hpp"
#include "broker/explain/outcome_finder.hpp"
#include "broker/explain/stage_judge.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

namespace eventmgr {

namespace {

// Subscriptions that are looked at in one turn of the core.
constexpr std::size_t turn_budget = 500;

bool is_refused(const std::vector<explained_stage>& stages, delivery_stage stage) {
  return std::ranges::any_of(
      stages, [&](const auto& each) { return each.stage == stage && each.verdict == stage_verdict::refused; });
}

bool is_open(delivery_fate state) {
  switch (state) {
    case delivery_fate::expected:
    case delivery_fate::scheduled:
    case delivery_fate::waiting:
    case delivery_fate::in_flight:
    case delivery_fate::retrying:
    case delivery_fate::held_back:
      return true;
    default:
      return false;
  }
}

/// Explains one event to one subscription after the other. The store is asked when the first has something to do with
/// the event.
class explainer {
 public:
  explainer(std::shared_ptr<const event> record, const broker_ports& ports, redelivery_notes::plans plans,
            time_point now, std::optional<time_point> scheduled_for = {})
      : record_{std::move(record)},
        ports_{ports},
        redeliveries_{ports.store, ports.redeliveries, std::move(plans)},
        now_{now},
        scheduled_for_{scheduled_for} {}

  subscription_explanation explain(const delivery_view& seen) {
    // A scheduled event is delivered when it is due, not now.
    const time_point then = std::max(now_, scheduled_for_.value_or(now_));
    stage_findings judged = judge_stages(seen, record_, ports_.documents, ports_.texts, then);
    subscription_explanation made{.delivery = seen.now, .matches = judged.matches, .stages = std::move(judged.stages)};
    const bool published = record_->seq > offset{};
    if (!made.matches) {
      const bool earlier = published && seen.generation > 1 && is_refused(made.stages, delivery_stage::origin);
      made.delivery =
          earlier ? store().find_remains(seen) : event_delivery{.subscription = seen.subscription, .name = seen.name};
      return made;
    }
    if (published) {
      made.delivery = store().find(seen);
      if (made.delivery.state == delivery_fate::expired) refuse_expired(made.stages);
    } else if (is_refused(made.stages, delivery_stage::expiry)) {
      made.delivery.state = delivery_fate::expired;
    } else if (scheduled_for_) {
      made.delivery.state = delivery_fate::scheduled;
      made.delivery.due = scheduled_for_;
    }
    if (is_open(made.delivery.state)) made.stages.insert(made.stages.end(), seen.present.begin(), seen.present.end());
    return made;
  }

  std::vector<dead_letter_record> dead_letters() {
    return record_->seq > offset{} ? store().dead_letters() : std::vector<dead_letter_record>{};
  }

 private:
  outcome_finder& store() {
    if (!store_) store_.emplace(*record_, ports_.store, redeliveries_, now_);
    return *store_;
  }

  /// That it has expired may only be known by the ledger.
  void refuse_expired(std::vector<explained_stage>& stages) const {
    const auto expires = record_->expires_at;
    if (!expires) return;
    for (explained_stage& each : stages) {
      if (each.stage != delivery_stage::expiry) continue;
      each.verdict = stage_verdict::refused;
      each.detail = "expired at " + format_rfc3339(*expires);
    }
  }

  const std::shared_ptr<const event> record_;
  const broker_ports& ports_;
  redelivery_notes redeliveries_;
  const time_point now_;
  const std::optional<time_point> scheduled_for_;
  std::optional<outcome_finder> store_;
};

}  // namespace

/// A page under way: of deliveries, it may take several turns until it is full.
struct delivery_lookup::search {
  std::shared_ptr<const event> record{};
  std::uint32_t limit{0};
  delivery_page page{};
  std::vector<dead_letter_record> dead{};  ///< of the event, once the last subscription has been seen
  reply<delivery_page> done{};
};

std::vector<event_delivery> delivery_lookup::remains_of(const std::vector<dead_letter_record>& dead) const {
  std::vector<event_delivery> remains;
  for (const dead_letter_record& row : dead) {
    if (subscriptions_.named(to_string(row.key.subscription))) continue;
    remains.push_back({.subscription = row.key.subscription,
                       .name = row.subscription_name,
                       .deleted = true,
                       .state = delivery_fate::dead_letter,
                       .detail = "the subscription was deleted",
                       .attempts = row.attempts,
                       .last_error = row.reason,
                       .dead = note_of(row)});
    if (row.state == dead_letter_state::delivered) {
      remains.back().time_not_kept = "the subscription was deleted, and its attempts with it";
    }
  }
  return remains;
}

redelivery_notes::plans delivery_lookup::plans_under_way() const {
  return std::make_shared<const std::vector<requeue_under_way>>(redeliveries_.requeues_under_way());
}

void delivery_lookup::explain(std::shared_ptr<const event> record, std::optional<time_point> scheduled_for,
                              const explain_request& which, reply<event_explanation> done) {
  std::vector<delivery_view> seen;
  event_explanation made{.record = *record,
                         .published = record->seq > offset{},
                         .scheduled_for = scheduled_for,
                         .total = subscriptions_.count()};
  if (!which.subscription.empty()) {
    const auto found = subscriptions_.named(which.subscription);
    if (!found) return done(failure{.code = errc::not_found, .message = "no subscription " + which.subscription});
    seen.push_back(found->view_of(*record));
  } else {
    subscriptions_.visit(which.cursor, [&](const durable_subscription& each) {
      if (seen.size() == which.limit) {
        made.next_cursor = seen.back().name;
        return false;
      }
      seen.push_back(each.view_of(*record));
      return true;
    });
  }
  const bool last = which.subscription.empty() && made.next_cursor.empty();
  struct answer {
    event_explanation made;
    std::vector<dead_letter_record> dead;
  };
  context_.desk.ask<answer>(
      [ports = context_.ports, plans = plans_under_way(), now = context_.ports.time.now(), record = std::move(record),
       seen = std::move(seen), made = std::move(made), last]() mutable -> result<answer> {
        explainer explained_to{record, ports, plans, now, made.scheduled_for};
        for (const delivery_view& each : seen) made.subscriptions.push_back(explained_to.explain(each));
        answer found{.made = std::move(made), .dead = {}};
        if (last) found.dead = explained_to.dead_letters();
        return found;
      },
      [this, done = std::move(done)](result<answer> found) {
        if (found.has_error()) return done(found.error());
        for (event_delivery& gone : remains_of(found->dead)) {
          found->made.subscriptions.push_back({.delivery = std::move(gone), .matches = true});
        }
        done(std::move(found->made));
      });
}

void delivery_lookup::find(std::shared_ptr<const event> record, const explain_request& which,
                           reply<delivery_page> done) {
  auto what =
      std::make_shared<search>(search{.record = std::move(record), .limit = which.limit, .done = std::move(done)});
  what->page.event = what->record->id;
  what->page.next_cursor = which.cursor;
  go_on(what);
}

void delivery_lookup::go_on(const std::shared_ptr<search>& what) {
  std::vector<delivery_view> seen;
  std::size_t budget = turn_budget;
  std::string last;
  bool more = false;
  subscriptions_.visit(what->page.next_cursor, [&](const durable_subscription& each) {
    more = budget == 0;
    if (more) return false;
    --budget;
    last = each.kept().record.name;
    // Most are on other topics, which costs less to see here than a look.
    if (each.kept().rules.at(what->record->partition, what->record->seq)->on_topic(what->record->topic)) {
      seen.push_back(each.view_of(*what->record));
    }
    return true;
  });
  what->page.next_cursor = more ? last : std::string{};

  // Those who ask have been let in before.
  context_.desk.ask<std::monostate>(
      [ports = context_.ports, plans = plans_under_way(), now = context_.ports.time.now(), what,
       seen = std::move(seen)]() -> result<std::monostate> {
        explainer explained_to{what->record, ports, plans, now};
        for (const delivery_view& each : seen) {
          auto& page = what->page;
          if (page.deliveries.size() == what->limit) {
            page.next_cursor = page.deliveries.back().name;
            break;
          }
          subscription_explanation one = explained_to.explain(each);
          if (one.delivery.state != delivery_fate::unmatched) page.deliveries.push_back(std::move(one.delivery));
        }
        if (what->page.next_cursor.empty()) what->dead = explained_to.dead_letters();
        return std::monostate{};
      },
      [this, what](const result<std::monostate>& found) {
        if (found.has_error()) return what->done(found.error());
        const bool whole = what->page.next_cursor.empty() || what->page.deliveries.size() == what->limit;
        if (!whole) return go_on(what);
        std::ranges::move(remains_of(what->dead), std::back_inserter(what->page.deliveries));
        what->done(std::move(what->page));
      },
      query_step::later);
}

}  // namespace eventmgr
