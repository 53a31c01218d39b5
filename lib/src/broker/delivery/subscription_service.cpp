#include "broker/delivery/subscription_service.hpp"

#include "broker/delivery/backlog_walk.hpp"
#include "broker/delivery/rule_reader.hpp"
#include "broker/delivery/subscription_reads.hpp"
#include "broker/guarded.hpp"
#include "core/page_budget.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {

namespace {

constexpr std::chrono::seconds house_interval{2};
constexpr std::chrono::seconds drain_patience{5};

// After a look at a backlog, so many times as long passes before the next.
constexpr int walk_rest = 10;

}  // namespace

subscription_service::subscription_service(delivery_context& context, const delivery_state& state)
    : context_{context}, house_{context.alarms} {
  load(state);
  context_.journal.when_eased([this] {
    for (const auto& [id, each] : by_id_) each.running->wake();
  });
}

subscription_service::~subscription_service() {
  for (const auto& [id, each] : by_id_) {
    each.running->stop();
    each.running->disconnect();
  }
}

result<matching_history::rule_ptr> subscription_service::rule_of(std::string_view matching, subscription_id id) const {
  return read_rule(context_.ports.texts, matching, id);
}

void subscription_service::load(const delivery_state& state) {
  std::map<subscription_id, delivery_memory> memories;
  std::map<subscription_id, std::map<std::pair<std::uint16_t, priority>, offset>> floors;
  std::map<subscription_id, std::vector<const revision_record*>> revisions;
  for (const floor_record& row : state.floors) floors[row.subscription][{row.partition.value, row.lane}] = row.floor;
  for (const exception_record& row : state.exceptions) memories[row.key.subscription].exceptions.push_back(row);
  for (const auto& row : state.dead_above_floor) memories[row.key.subscription].dead_above_floor.push_back(row);
  for (const ledger_record& row : state.totals) memories[row.subscription].totals = row;
  for (const revision_record& row : state.revisions) revisions[row.subscription].push_back(&row);

  for (const subscription_record& record : state.subscriptions) {
    const auto unreadable = [&](const failure& why) {
      return error{{.code = errc::store_unavailable,
                    .message = "subscription " + record.name + " cannot be read: " + why.message}};
    };
    auto definition = context_.ports.texts.load(record.definition);
    if (!definition) throw unreadable(definition.error());
    kept_subscription kept{.record = record, .definition = std::move(*definition)};
    const auto& rows = revisions[record.id];
    if (!rows.empty()) kept.since = rows.front()->at;
    for (const revision_record* row : rows) {
      auto rule = rule_of(row->matching, record.id);
      if (!rule) throw unreadable(rule.error());
      kept.rules.add(row->from, std::move(*rule));
    }
    delivery_memory memory = std::move(memories[record.id]);
    memory.floor = [known = std::move(floors[record.id])](partition_id partition, priority lane) {
      const auto found = known.find({partition.value, lane});
      return found == known.end() ? offset{} : found->second;
    };
    add(std::move(kept), memory);
  }
}

void subscription_service::add(kept_subscription kept, const delivery_memory& memory) {
  const subscription_id id = kept.record.id;
  by_name_[kept.record.name] = id;
  entry& made = by_id_[id];
  made.running = std::make_shared<durable_subscription>(context_, std::move(kept), memory, [this, id] { gone(id); });
}

void subscription_service::gone(subscription_id id) {
  const running_ptr told = running(id);
  if (!told) return;
  queue([this, id, endpoint = told->kept().definition.endpoint](const std::function<void()>& over) {
    // It may have been deleted, moved, or given another endpoint before its turn came.
    const running_ptr found = running(id);
    if (!found || found->kept().definition.endpoint != endpoint) return over();
    subscription_record record = found->kept().record;
    record.status = subscription_status::paused;
    record.status_reason = "the endpoint answered 410 Gone";
    record.updated_at = context_.ports.time.now();
    store_record(found, std::move(record), [over, found](const auto& paused) {
      if (!paused) found->forget_gone();
      over();
    });
  });
}

void subscription_service::route(entry& of) {
  router& routes = context_.flow.routes();
  routes.remove(of.route);
  of.route = routes.add(of.running->kept().rules.newest()->topics, *of.running);
}

void subscription_service::start() {
  for (auto& [id, each] : by_id_) {
    route(each);
    each.running->start();
  }
  keep_house();
}

void subscription_service::drain(std::function<void()> done) {
  closing_ = true;
  house_.cancel();
  auto waiting = std::make_shared<std::size_t>(1);
  auto finished = std::make_shared<std::function<void()>>([this, done = std::move(done)] {
    for (const auto& [id, each] : by_id_) context_.journal.touch(*each.running, 0);
    context_.journal.flush([done](const auto&) { done(); });
  });
  const auto one_less = [waiting, finished] {
    if (--*waiting == 0) (*finished)();
  };
  for (const auto& [id, each] : by_id_) {
    ++*waiting;
    each.running->drain(drain_patience, one_less);
  }
  one_less();
}

void subscription_service::queue(operation work) {
  operations_.push_back(std::move(work));
  run_next();
}

void subscription_service::run_next() {
  if (busy_ || operations_.empty()) return;
  busy_ = true;
  const operation work = std::move(operations_.front());
  operations_.pop_front();
  // The next one begins in a turn of its own, so that many small ones do not nest.
  work([this] {
    post([this] {
      busy_ = false;
      run_next();
    });
  });
}

subscription_service::running_ptr subscription_service::find_running(const subscription_ref& which) const {
  if (const auto id = subscription_id::parse(which)) {
    const auto found = by_id_.find(*id);
    if (found != by_id_.end()) return found->second.running;
  }
  const auto named = by_name_.find(which);
  return named == by_name_.end() ? nullptr : by_id_.at(named->second).running;
}

void subscription_service::visit(std::string_view name,
                                 const std::function<bool(const durable_subscription&)>& see) const {
  for (auto at = by_name_.upper_bound(name); at != by_name_.end(); ++at) {
    if (!see(*by_id_.at(at->second).running)) return;
  }
}

std::shared_ptr<durable_subscription> subscription_service::running(subscription_id id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second.running;
}

std::vector<std::shared_ptr<durable_subscription>> subscription_service::all() const {
  std::vector<running_ptr> each;
  each.reserve(by_id_.size());
  for (const auto& [id, kept] : by_id_) each.push_back(kept.running);
  return each;
}

void subscription_service::list(std::string cursor, std::uint32_t limit, reply<subscription_page> done) {
  post([this, cursor = std::move(cursor), limit, done = std::move(done)] {
    subscription_page page{.total = by_name_.size()};
    page_budget left{limit};
    for (auto at = by_name_.upper_bound(cursor); at != by_name_.end(); ++at) {
      if (left.spent()) {
        page.next_cursor = page.subscriptions.back().definition.name;
        break;
      }
      const durable_subscription& next = *by_id_.at(at->second).running;
      left.take(next.kept().record.definition.size());
      page.subscriptions.push_back(next.info());
    }
    done(std::move(page));
  });
}

void subscription_service::find(subscription_ref which, reply<subscription_info> done) {
  post([this, which = std::move(which), done = std::move(done)] {
    if (const auto found = look_up(which, done)) done(found->info());
  });
}

void subscription_service::test(subscription_ref which, reply<delivery_attempt> done) {
  post([this, which = std::move(which), done = std::move(done)]() mutable {
    if (const auto found = look_up(which, done)) found->test(std::move(done));
  });
}

void subscription_service::stats(subscription_ref which, reply<subscription_stats> done) {
  post([this, which = std::move(which), done = std::move(done)]() mutable {
    if (const auto found = look_up(which, done)) {
      read<subscription_stats>(
          count_backlog(context_.ports.store, context_.flow.heads(), *found, context_.ports.time.now()),
          std::move(done));
    }
  });
}

void subscription_service::attempts(subscription_ref which, std::optional<event_id> event, std::string cursor,
                                    std::uint32_t limit, reply<attempt_page> done) {
  post([this, which = std::move(which), event, cursor = std::move(cursor), limit, done = std::move(done)]() mutable {
    const auto found = look_up(which, done);
    if (!found) return;
    const subscription_id id = found->kept().record.id;
    read_written<attempt_page>(
        [this, id, event, cursor, limit] { return context_.ports.store.list_attempts(id, event, cursor, limit); },
        std::move(done));
  });
}

void subscription_service::query_dead_letters(dead_letter_query query, reply<dead_letter_page> done) {
  post([this, query = std::move(query), done = std::move(done)]() mutable {
    read_written<dead_letter_page>(
        [this, query = std::move(query)] { return context_.ports.store.query_dead_letters(query); }, std::move(done));
  });
}

void subscription_service::find_dead_letter(dead_letter_id id, reply<dead_letter> done) {
  read<dead_letter>(
      [this, id]() -> result<dead_letter> {
        if (auto found = context_.ports.store.find_dead_letter(id)) return std::move(*found);
        return failure{.code = errc::not_found, .message = "no dead letter " + to_string(id)};
      },
      std::move(done));
}

void subscription_service::keep_house() {
  std::uint64_t active = 0;
  std::uint64_t paused = 0;
  std::uint64_t in_error = 0;
  std::uint64_t exceptions = 0;
  for (auto& [id, each] : by_id_) {
    switch (each.running->status()) {
      case subscription_status::active:
        ++active;
        break;
      case subscription_status::paused:
        ++paused;
        break;
      case subscription_status::error:
        ++in_error;
        break;
    }
    exceptions += each.running->exceptions();
    if (each.running->floor_lags()) context_.journal.touch(*each.running, 0);
    if (const auto& limit = each.running->kept().definition.options.max_backlog) {
      limit_backlog(each, *limit);
    }
  }
  context_.breakers.show_all(context_.ports.time.steady_now());
  context_.counters.subscriptions_active.store(active, std::memory_order_relaxed);
  context_.counters.subscriptions_paused.store(paused, std::memory_order_relaxed);
  context_.counters.subscriptions_in_error.store(in_error, std::memory_order_relaxed);
  context_.counters.exceptions.store(exceptions, std::memory_order_relaxed);
  house_.set(context_.ports.time.steady_now() + house_interval, [this] { keep_house(); });
}

void subscription_service::find_edge(const running_ptr& of, const backlog_limit& limit, reply<position> done) {
  walk_on(std::make_shared<backlog_walk>(context_.ports.store, context_.ports.documents, context_.reads, *of,
                                         context_.flow.heads(), limit, context_.ports.time.now()),
          std::move(done));
}

void subscription_service::walk_on(const std::shared_ptr<backlog_walk>& walk, reply<position> done) {
  // One step a turn, so that a long backlog keeps no reader from the others.
  context_.executors.readers.post([this, walk, done = std::move(done)] {
    const auto stepped = guarded([&]() -> result<std::monostate> {
      walk->step();
      return std::monostate{};
    });
    post([this, walk, done, stepped] {
      if (!stepped) return done(stepped.error());
      if (!walk->over()) return walk_on(walk, done);
      done(walk->edge());
    });
  });
}

void subscription_service::limit_backlog(entry& each, const backlog_limit& limit) {
  const timers::time begun = context_.ports.time.steady_now();
  if (each.limiting || begun < each.limit_after) return;
  each.limiting = true;
  const subscription_id id = each.running->kept().record.id;
  // What waits for its turn may outlive the broker, and the subscription must not.
  const std::weak_ptr<durable_subscription> of = each.running;
  find_edge(each.running, limit, [this, id, of, limit, begun](const result<position>& edge) {
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) {
      const timers::time now = context_.ports.time.steady_now();
      found->second.limiting = false;
      found->second.limit_after = now + walk_rest * (now - begun);
    }
    const running_ptr walked = of.lock();
    if (!edge || closing_ || !walked || !walked->behind(*edge)) return;
    queue([this, id, of, limit, edge = *edge](const std::function<void()>& over) {
      // It holds only for the generation, and the limit, that it was found for.
      const running_ptr same = of.lock();
      if (!same || running(id) != same || same->kept().definition.options.max_backlog != limit) return over();
      subscription_record record = same->kept().record;
      record.skip_through = further(std::move(record.skip_through), edge);
      store_record(same, std::move(record), [over](const auto&) { over(); });
    });
  });
}

}  // namespace eventmgr
