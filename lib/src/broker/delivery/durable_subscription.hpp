#pragma once

#include "broker/delivery/consumer_group.hpp"
#include "broker/delivery/delivery_context.hpp"
#include "broker/delivery/delivery_meter.hpp"
#include "broker/delivery/delivery_view.hpp"
#include "broker/delivery/flight_table.hpp"
#include "broker/delivery/lane_set.hpp"
#include "broker/delivery/outcome_book.hpp"
#include "broker/delivery/redelivery/redelivery_shelf.hpp"
#include "broker/delivery/retry_shelf.hpp"
#include "broker/delivery/subscription_face.hpp"
#include "core/delivery/token_bucket.hpp"

#include <eventmgr/subscription.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace eventmgr {

/// A durable subscription as it is kept, and as it is read.
struct kept_subscription {
  subscription_record record{};
  subscription_definition definition{};
  matching_history rules{};
  time_point since{};  ///< when its generation began
};

/// What the store remembers of a subscription's deliveries.
struct delivery_memory {
  std::function<offset(partition_id, priority)> floor{};
  std::vector<exception_record> exceptions{};
  std::vector<delivery_state::dead_place> dead_above_floor{};
  ledger_record totals{};
};

/// The dispatcher of one durable subscription: takes events from its lanes, and those that are due again from its
/// exceptions, hands them to its channel, and books what comes of them.
///
/// Lives on the core's thread.
class durable_subscription final : public subscriber,
                                   public channel_observer,
                                   public state_source,
                                   public std::enable_shared_from_this<durable_subscription> {
 public:
  /// `gone` is called when the endpoint wants no more (410).
  durable_subscription(delivery_context& context, kept_subscription kept, const delivery_memory& memory,
                       std::function<void()> gone);
  ~durable_subscription() override;

  /// Makes the channel and begins.
  void start();
  /// Nothing more is handed out, nothing more is booked.
  void stop();
  /// Of one that has stopped, and whose broker goes: lets go of its channel and breakers, which must not outlive that.
  void disconnect();

  /// Nothing is handed out or booked until `unhalt`; what comes of deliveries meanwhile is kept. What was booked before
  /// is written, until it is sealed.
  void halt() { halted_ = true; }
  void seal() { sealed_ = true; }
  void unhalt();
  /// Books what was kept so far all the same; false if there was nothing.
  bool book_kept();
  /// Whether it is still finding out what there is to hand out.
  bool reads() const noexcept { return hands_out() && lanes_->reading(); }

  /// Of one that is sealed and about to be stopped: books what was kept, and gives what outlives its generation, which
  /// is attempts, dead letters, their copies, and that they were delivered.
  delivery_commit close_books();
  /// Writes what another generation has left.
  void take_over(delivery_commit left);

  /// Takes in no event from here on, until `take_in`: the rule for those that come is about to be `next`.
  void hold_intake(matching_history::rule_ptr next) {
    lanes_->hold();
    next_rule_ = std::move(next);
  }
  void take_in() {
    next_rule_.reset();
    lanes_->release();
    wake();
  }

  /// The subscription as it was changed; its lanes stay where they are.
  void change(kept_subscription kept);

  const kept_subscription& kept() const noexcept { return kept_; }
  /// The rule for an event that has just come.
  const matching_rule& rule_for(log_place place) const {
    return next_rule_ ? *next_rule_ : *kept_.rules.at(place.partition, place.seq);
  }
  subscription_info info() const;
  subscription_status status() const noexcept;
  /// Without `lag`, which the store must count.
  subscription_stats stats() const;
  /// For each partition, the least floor of its lanes.
  position floor() const;
  std::span<const std::shared_ptr<lane_feed>> lanes() const noexcept { return lanes_->all(); }
  std::size_t exceptions() const noexcept { return book_.exceptions().size(); }
  std::optional<log_place> oldest_exception() const;
  /// Whether so much has passed that did not match that the floors should be written again.
  bool floor_lags() const;
  /// Whether the floor of some partition lies before `edge`, and what is skipped already too.
  bool behind(const position& edge) const;

  /// What there is to say of one event; `seq` 0: of one that is not published.
  delivery_view view_of(const event& record) const;

  /// Hands out nothing more, and calls `done` once nothing is in flight, or `patience` is over.
  void drain(std::chrono::milliseconds patience, std::function<void()> done);
  /// Nothing is in flight any more: ends a drain that goes on. Whoever stops one that may drain calls it.
  void end_drain() {
    if (drained_) std::exchange(drained_, nullptr)();
  }

  /// Redeliveries are asked for when the lanes have nothing. A source is told of the subscription's end, unless it was
  /// removed or released before.
  void add_source(std::shared_ptr<redelivery_source> source);
  void remove_source(const redelivery_source& source) { redeliveries_.remove(source); }
  std::vector<std::shared_ptr<redelivery_source>> release_sources() { return redeliveries_.release(); }

  consumer_group* consumers() noexcept { return consumers_; }
  void test(reply<delivery_attempt> done);

  void on_event(const shared_event& entry) override;
  void settled(std::span<const delivery_result> results) override;
  void ready() override { wake(); }
  void collect(delivery_commit& into) override;

  /// The pause that `gone` asked for could not be written: the endpoint is asked again.
  void forget_gone() {
    gone_told_ = false;
    wake();
  }

  /// Looks, soon, for something to hand out.
  void wake();

 private:
  using batch = std::vector<flight>;

  /// What the results of some deliveries say of an endpoint.
  struct endpoint_word {
    std::shared_ptr<endpoint_breaker> of{};
    bool probe{false};
    bool failed{false};
    bool answered{false};
  };

  /// Whether clients take events one by one, so that `max_concurrency` counts events.
  bool leases() const noexcept {
    return kept_.definition.channel != channel_kind::webhook && kept_.definition.channel != channel_kind::websocket;
  }
  void make_channel();
  void limit_rate();
  /// Finds the breaker before the path that the next delivery takes.
  void follow_path();
  void pump();
  std::size_t batch_limit();
  /// Whether the lanes or the due exceptions have something to go.
  bool waits() const noexcept { return lanes_->waiting() + retries_.size() > 0; }
  /// Whether anything may be handed out.
  bool hands_out() const noexcept {
    return kept_.record.status == subscription_status::active && !draining_ && !gone_told_;
  }
  bool waits_to_fill(std::size_t limit) const;
  batch next_batch(std::size_t limit);
  bool add_retry(batch& to);
  bool add_waiting(batch& to);
  void add_redeliveries(batch& to, std::size_t limit);
  lane_set::verdict judge(lane_feed& lane, const waiting_event& item, const batch& with);
  /// Whether the rate limit lets one more event go, beyond those picked already.
  bool may_spend(priority urgency, std::size_t picked) const;
  /// Whether there is room among the exceptions for one more event, beyond those in flight and those picked already.
  bool takes_new(std::size_t picked) const noexcept;
  void send(batch items);
  void arm();

  void settle(flight item, const delivery_result& result);
  void fail(flight item, const delivery_result& result);
  void redelivered(const flight& item, const delivery_result& result);
  void note(const flight& item, const delivery_result& result);
  std::chrono::milliseconds delay_after(const delivery_result& result, std::uint32_t attempts);
  void give_back(flight item);
  void give_up(const flight& item, std::uint32_t attempts, const std::string& reason);
  void announce_dead(const event& record);
  dead_letter_record dead_letter_of(const event& record, std::uint32_t attempts, const std::string& reason);
  std::uint32_t attempts_allowed(const event& record) const;
  static void hear(std::vector<endpoint_word>& words, std::shared_ptr<endpoint_breaker> of, bool probe,
                   const delivery_result& result);
  void tell_breakers(const std::vector<endpoint_word>& words);
  /// The flight will have no result: if it was a breaker's probe, the next one may try.
  static void abandon_probe(const flight& item);
  void end_leases();
  bool expired(time_point when) const;
  delivery_outcome known(log_place place);
  bool skips(log_place place) const noexcept;
  /// What waits in the lanes and is to be skipped gets its outcome, whether or not anything may be handed out.
  void skip_waiting();
  /// Moves the floors, and lets the lanes read on.
  void move_on();
  std::string idle_reason() const;
  void look_at(const event& record, event_delivery& seen) const;
  explained_stage explain_pause() const;
  explained_stage explain_breaker() const;
  explained_stage explain_rate() const;
  explained_stage explain_consumer() const;
  void finish_test(const delivery_result& came);
  void take_copies(delivery_commit& into);

  /// Tags of test events lie apart from those of flights.
  static constexpr delivery_tag first_test_tag = delivery_tag{1} << 62U;

  delivery_context& context_;
  kept_subscription kept_;
  matching_history::rule_ptr next_rule_{};  ///< while a change of it is being stored
  const std::function<void()> gone_;
  outcome_book book_;
  flight_table flights_;
  std::unique_ptr<lane_set> lanes_;
  retry_shelf retries_;
  redelivery_shelf redeliveries_;
  delivery_meter meter_;
  std::unique_ptr<channel> channel_;
  consumer_group* consumers_{nullptr};                       ///< the channel, or a part of it, if clients attach to it
  std::string refused_;                                      ///< why no channel could be made
  std::shared_ptr<endpoint_breaker> breaker_;                ///< before the path that is taken now; null: none
  std::vector<std::shared_ptr<endpoint_breaker>> breakers_;  ///< of all paths that were, so that none forgets
  std::optional<token_bucket> limiter_;
  std::uint32_t tokens_{0};  ///< during one batch
  timer_slot wake_;
  timer_slot lease_;
  std::optional<timers::time> waiting_since_{};
  std::unordered_map<delivery_tag, reply<delivery_attempt>> tests_;
  std::vector<event> copies_;      ///< for the dead letter topic, until they are collected
  std::function<void()> drained_;  ///< set while it drains
  timer_slot patience_;
  bool pump_posted_{false};
  std::vector<delivery_result> kept_results_;  ///< that came while halted; at most one for each flight
  bool running_{false};
  bool halted_{false};
  bool sealed_{false};
  bool may_be_dead_{false};  ///< what the lanes deliver may have a dead letter already
  bool gone_told_{false};    ///< nothing is handed out until the subscription was paused for it
  bool draining_{false};
  bool offered_{false};  ///< redeliveries are held up, and nothing else is
};

}  // namespace eventmgr
