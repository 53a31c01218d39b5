#pragma once

#include "broker/delivery/delivery_context.hpp"
#include "broker/delivery/durable_subscription.hpp"
#include "broker/delivery/subscription_face.hpp"
#include "broker/start_resolver.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr {

class backlog_walk;

/// Every durable subscription of this broker: keeps them in the store, runs their dispatchers, and serves those who
/// look at them. What changes a subscription is done one thing at a time, in the order in which it was asked for.
class subscription_service final : public subscription_face {
 public:
  /// Takes the subscriptions from what was read from the store; they begin when `start` is called. Throws `error` for
  /// one that cannot be read.
  subscription_service(delivery_context& context, const delivery_state& state);
  ~subscription_service() override;
  subscription_service(const subscription_service&) = delete;
  subscription_service& operator=(const subscription_service&) = delete;

  /// *Core.*
  void start();

  /// *Core.* Hands out nothing more and ends every consumer; `done` once what was in flight has its outcome, or 5 s
  /// later, and all of it is written.
  void drain(std::function<void()> done);

  /// *Core.* Null if there is none.
  std::shared_ptr<durable_subscription> running(subscription_id id) const;
  std::shared_ptr<durable_subscription> named(const subscription_ref& which) const { return find_running(which); }
  /// *Core.* By id.
  std::vector<std::shared_ptr<durable_subscription>> all() const;

  /// *Core.* The subscriptions by name, from the one after `name` on, until `see` answers false.
  void visit(std::string_view name, const std::function<bool(const durable_subscription&)>& see) const;
  std::size_t count() const noexcept { return by_name_.size(); }

  void create(subscription_definition definition, reply<created_subscription> done) override;
  void check(subscription_definition definition, reply<std::monostate> done) override;
  void update(subscription_ref which, definition_change change, reply<subscription_info> done) override;
  void list(std::string cursor, std::uint32_t limit, reply<subscription_page> done) override;
  void find(subscription_ref which, reply<subscription_info> done) override;
  void remove(subscription_ref which, reply<std::monostate> done) override;
  void pause(subscription_ref which, reply<subscription_info> done) override;
  void resume(subscription_ref which, resume_request how, reply<subscription_info> done) override;
  void seek(subscription_ref which, start_point target, reply<subscription_info> done) override;
  void test(subscription_ref which, reply<delivery_attempt> done) override;
  void stats(subscription_ref which, reply<subscription_stats> done) override;
  void attempts(subscription_ref which, std::optional<event_id> event, std::string cursor, std::uint32_t limit,
                reply<attempt_page> done) override;
  std::unique_ptr<consumer_handle> attach(attach_request request, std::shared_ptr<consumer_sink> sink) override;
  void pull(subscription_ref which, std::uint32_t max, std::chrono::milliseconds wait,
            std::shared_ptr<std::atomic<bool>> cancelled, reply<std::vector<leased_event>> done) override;
  void acknowledge(subscription_ref which, std::vector<lease_result> results, reply<ack_summary> done) override;
  void query_dead_letters(dead_letter_query query, reply<dead_letter_page> done) override;
  void find_dead_letter(dead_letter_id id, reply<dead_letter> done) override;

 private:
  class consumer;
  using running_ptr = std::shared_ptr<durable_subscription>;
  struct entry {
    running_ptr running{};
    subscriber_key route{0};
    bool limiting{false};        ///< it is being found out whether its backlog is over its limit
    timers::time limit_after{};  ///< not before this again
  };
  /// One change: it calls what it is given when it is over.
  using operation = std::function<void(std::function<void()> over)>;

  void queue(operation work);
  void run_next();
  void post(std::function<void()> work) { context_.executors.core.post(std::move(work)); }
  template <class T, class Work>
  void read(Work work, reply<T> done) {
    context_.desk.ask<T>(std::move(work), std::move(done));
  }
  /// Reads what has happened so far, also what had yet to be written.
  template <class T, class Work>
  void read_written(Work work, reply<T> done) {
    context_.journal.flush(
        [this, work = std::move(work), done = std::move(done)](const auto&) { read<T>(work, done); });
  }
  /// Null, and `done` is told, if there is no such subscription.
  template <class T>
  running_ptr look_up(const subscription_ref& which, const reply<T>& done) const {
    running_ptr found = find_running(which);
    if (!found) done(failure{.code = errc::not_found, .message = "no subscription " + which});
    return found;
  }
  running_ptr find_running(const subscription_ref& which) const;

  void load(const delivery_state& state);
  void add(kept_subscription kept, const delivery_memory& memory);
  void route(entry& of);
  /// The endpoint wants no more.
  void gone(subscription_id id);
  result<matching_history::rule_ptr> rule_of(std::string_view matching, subscription_id id) const;

  start_context starts() const;
  std::optional<failure> why_fixed(const subscription_definition& definition) const;
  void make(subscription_definition definition, const reply<created_subscription>& done);
  void make_at(subscription_definition definition, position start, const reply<created_subscription>& done);
  void apply(const running_ptr& to, subscription_definition definition, const reply<subscription_info>& done);
  void store_record(const running_ptr& of, subscription_record record, const reply<subscription_info>& done);
  void resume_with_last(const running_ptr& which, std::uint64_t keep, reply<subscription_info> done);
  void resume_at(const running_ptr& which, const position& skip_through, const reply<subscription_info>& done);
  /// Halts it and writes all that has come of its deliveries, also of those that end meanwhile, for some rounds. The
  /// subscription goes on if that fails.
  void bring_to_rest(const running_ptr& which, std::function<void(result<void>)> then, int rounds = 3);
  // Of one that is at rest.
  void restart(const running_ptr& which, const position& target, const reply<subscription_info>& done);
  void take_away(const running_ptr& which, const reply<std::monostate>& done);

  void hint(created_subscription made, reply<created_subscription> done);
  void join(attach_request request, const std::shared_ptr<consumer>& who, std::function<void()> over);
  void join_known(const attach_request& request, const std::shared_ptr<consumer>& who, const running_ptr& known);
  void make_and_join(attach_request request, const std::shared_ptr<consumer>& who, std::function<void()> over);
  void keep_house();
  void limit_backlog(entry& each, const backlog_limit& limit);
  void find_edge(const running_ptr& of, const backlog_limit& limit, reply<position> done);
  void walk_on(const std::shared_ptr<backlog_walk>& walk, reply<position> done);

  delivery_context& context_;
  std::map<subscription_id, entry> by_id_;
  std::map<std::string, subscription_id, std::less<>> by_name_;
  std::deque<operation> operations_;
  timer_slot house_;
  bool busy_{false};
  bool closing_{false};
};

}  // namespace eventmgr
