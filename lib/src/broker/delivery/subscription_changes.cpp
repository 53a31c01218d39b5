#include "broker/delivery/subscription_reads.hpp"
#include "broker/delivery/subscription_service.hpp"
#include "broker/delivery/topic_hints.hpp"
#include "broker/shutting_down.hpp"

#include <algorithm>
#include <set>
#include <utility>

// What changes subscriptions. Each change is checked, committed, and only then takes effect.

namespace eventmgr {

namespace {

bool leads_out(const subscription_definition& definition) {
  return definition.channel == channel_kind::webhook || definition.channel == channel_kind::websocket;
}

// A secret that is replaced goes on signing for a while, next to its successor.
void keep_old_secret(subscription_options& after, const subscription_options& before, time_point now) {
  if (after.secret == before.secret) {
    after.old_secret = before.old_secret;
  } else if (!after.secret.empty() && !before.secret.empty()) {
    after.old_secret = retired_secret{.secret = before.secret, .until = now + retired_secret::overlap};
  }
}

subscription_id fresh_id(time_point now, std::mt19937_64& engine) {
  std::array<std::uint8_t, 10> random{};
  for (auto& byte : random) byte = static_cast<std::uint8_t>(engine());
  return {make_uuid_v7(now.time_since_epoch().count(), random)};
}

}  // namespace

void subscription_service::create(subscription_definition definition, reply<created_subscription> done) {
  post([this, definition = std::move(definition), done = std::move(done)]() mutable {
    if (closing_) return done(shutting_down());
    const auto checked = [this, definition, done](const result<void>& allowed) {
      if (!allowed) return done(allowed.error());
      queue([this, definition, done](const std::function<void()>& over) {
        make(definition, [over, done](result<created_subscription> made) {
          done(std::move(made));
          over();
        });
      });
    };
    if (!leads_out(definition)) return checked({});
    context_.ports.channels.check(definition, checked);
  });
}

void subscription_service::check(subscription_definition definition, reply<std::monostate> done) {
  post([this, definition = std::move(definition), done = std::move(done)] {
    if (closing_) return done(shutting_down());
    const auto checked = [this, definition, done](const result<void>& allowed) {
      if (!allowed) return done(allowed.error());
      if (const auto fixed = why_fixed(definition)) return done(*fixed);
      if (by_name_.contains(definition.name)) return done(std::monostate{});
      resolve_start(starts(), definition.options.start_from, "/options/startFrom",
                    [done](const result<position>& found) {
                      if (!found) return done(found.error());
                      done(std::monostate{});
                    });
    };
    if (!leads_out(definition)) return checked({});
    context_.ports.channels.check(definition, checked);
  });
}

start_context subscription_service::starts() const {
  return {.flow = context_.flow,
          .store = context_.ports.store,
          .core = context_.executors.core,
          .readers = context_.executors.readers};
}

/// What a subscription of that name has that cannot be changed, if the definition would.
std::optional<failure> subscription_service::why_fixed(const subscription_definition& definition) const {
  const auto known = by_name_.find(definition.name);
  if (known == by_name_.end()) return std::nullopt;
  const delivery_ordering ordering = by_id_.at(known->second).running->kept().definition.options.ordering;
  if (definition.options.ordering == ordering) return std::nullopt;
  return failure{.code = errc::conflict,
                 .message = "the ordering of a subscription is fixed when it is created",
                 .details = {{.pointer = "/options/ordering", .message = "is " + std::string{to_string(ordering)}}}};
}

void subscription_service::make(subscription_definition definition, const reply<created_subscription>& done) {
  if (closing_) return done(shutting_down());
  const auto same_name = by_name_.find(definition.name);
  if (same_name != by_name_.end()) {
    if (const auto fixed = why_fixed(definition)) return done(*fixed);
    const running_ptr known = by_id_.at(same_name->second).running;
    const subscription_options& before = known->kept().definition.options;
    definition.options.start_from = before.start_from;
    keep_old_secret(definition.options, before, context_.ports.time.now());
    return apply(known, std::move(definition), [this, done](result<subscription_info> changed) {
      if (!changed) return done(changed.error());
      hint({.info = std::move(*changed), .created = false}, done);
    });
  }
  const start_point start = definition.options.start_from;
  resolve_start(starts(), start, "/options/startFrom",
                [this, definition = std::move(definition), done](result<position> found) mutable {
                  if (!found) return done(found.error());
                  make_at(std::move(definition), std::move(*found), done);
                });
}

void subscription_service::make_at(subscription_definition definition, position start,
                                   const reply<created_subscription>& done) {
  if (closing_) return done(shutting_down());
  const time_point now = context_.ports.time.now();
  const subscription_id id = fresh_id(now, context_.random);
  if (definition.name.empty()) definition.name = to_string(id);
  const std::string matching = context_.ports.texts.matching(definition);
  auto rule = rule_of(matching, id);
  if (!rule) return done(rule.error());

  kept_subscription kept{.record = {.id = id,
                                    .name = definition.name,
                                    .definition = context_.ports.texts.store(definition),
                                    .created_at = now,
                                    .updated_at = now}};
  kept.since = now;
  kept.definition = std::move(definition);
  kept.rules.add(start, std::move(*rule));
  delivery_commit what;
  what.changes.subscriptions.push_back(kept.record);
  what.changes.revisions.push_back({.subscription = id, .from = start, .matching = matching, .at = now});
  const bool ordered = kept.definition.options.ordering != delivery_ordering::priority;
  for (std::size_t p = 0; p < start.after.size(); ++p) {
    for (std::size_t lane = 0; lane < (ordered ? 1U : 4U); ++lane) {
      what.changes.floors.push_back({.subscription = id,
                                     .partition = {static_cast<std::uint16_t>(p)},
                                     .lane = static_cast<priority>(lane),
                                     .floor = start.after[p]});
    }
  }
  context_.journal.commit(std::move(what), [this, kept = std::move(kept), start, done](const result<void>& stored) {
    if (!stored) return done(stored.error());
    const subscription_id made = kept.record.id;
    delivery_memory memory;
    memory.floor = [start](partition_id partition, priority) { return start.after[partition.value]; };
    add(kept, memory);
    entry& of = by_id_.at(made);
    route(of);
    of.running->start();
    hint({.info = of.running->info(), .created = true}, done);
  });
}

void subscription_service::hint(created_subscription made, reply<created_subscription> done) {
  if (widened(made.info.definition.topics).empty()) return done(std::move(made));
  context_.desk.ask<created_subscription>(
      [&store = context_.ports.store, made = std::move(made)]() -> result<created_subscription> {
        created_subscription hinted = made;
        hinted.hints = hints_for(made.info.definition.topics, store);
        return hinted;
      },
      std::move(done), query_step::later);
}

void subscription_service::update(subscription_ref which, definition_change change, reply<subscription_info> done) {
  post([this, which = std::move(which), change = std::move(change), done = std::move(done)]() mutable {
    if (closing_) return done(shutting_down());
    const auto found = look_up(which, done);
    if (!found) return;
    auto proposed = change(found->kept().definition);
    if (!proposed) return done(proposed.error());
    const subscription_ref id = to_string(found->kept().record.id);
    const auto checked = [this, id, change, done](const result<void>& allowed) {
      if (!allowed) return done(allowed.error());
      queue([this, id, change, done](const std::function<void()>& over) {
        const reply<subscription_info> finish = [over, done](result<subscription_info> changed) {
          done(std::move(changed));
          over();
        };
        // Looked up and asked again: what came before may have moved it, changed it or taken it away.
        const auto now = look_up(id, finish);
        if (!now) return;
        auto definition = change(now->kept().definition);
        if (!definition) return finish(definition.error());
        apply(now, std::move(*definition), finish);
      });
    };
    if (!leads_out(*proposed)) return checked({});
    context_.ports.channels.check(*proposed, checked);
  });
}

void subscription_service::apply(const running_ptr& to, subscription_definition definition,
                                 const reply<subscription_info>& done) {
  const kept_subscription& before = to->kept();
  if (!by_id_.contains(before.record.id)) {
    return done(failure{.code = errc::not_found, .message = "the subscription was deleted"});
  }
  const auto same_name = by_name_.find(definition.name);
  if (same_name != by_name_.end() && same_name->second != before.record.id) {
    return done(failure{.code = errc::conflict, .message = "there is another subscription " + definition.name});
  }
  if (definition.name.empty()) definition.name = to_string(before.record.id);
  kept_subscription after = before;
  after.record.name = definition.name;
  after.record.definition = context_.ports.texts.store(definition);
  after.record.updated_at = context_.ports.time.now();
  delivery_commit what;
  const std::string matching = context_.ports.texts.matching(definition);
  if (matching != context_.ports.texts.matching(before.definition)) {
    auto rule = rule_of(matching, after.record.id);
    if (!rule) return done(rule.error());
    ++after.record.revision;
    const position from = context_.flow.heads();
    // What comes before the change is stored lies behind `from` all the same.
    to->hold_intake(*rule);
    after.rules.add(from, std::move(*rule));
    what.changes.revisions.push_back({.subscription = after.record.id,
                                      .revision = after.record.revision,
                                      .generation = after.record.generation,
                                      .from = from,
                                      .matching = matching,
                                      .at = after.record.updated_at});
  }
  what.changes.subscriptions.push_back(after.record);
  after.definition = std::move(definition);
  context_.journal.commit(std::move(what), [this, to, after = std::move(after), done](const result<void>& stored) {
    if (!stored) {
      to->take_in();
      return done(stored.error());
    }
    by_name_.erase(to->kept().record.name);
    by_name_[after.record.name] = after.record.id;
    to->change(after);
    route(by_id_.at(after.record.id));
    to->take_in();
    done(to->info());
  });
}

void subscription_service::store_record(const running_ptr& of, subscription_record record,
                                        const reply<subscription_info>& done) {
  if (!by_id_.contains(record.id)) {
    return done(failure{.code = errc::not_found, .message = "the subscription was deleted"});
  }
  delivery_commit what;
  what.changes.subscriptions.push_back(record);
  context_.journal.commit(std::move(what), [of, record = std::move(record), done](const result<void>& stored) {
    if (!stored) return done(stored.error());
    kept_subscription after = of->kept();
    after.record = record;
    of->change(std::move(after));
    done(of->info());
  });
}

void subscription_service::pause(subscription_ref which, reply<subscription_info> done) {
  post([this, which = std::move(which), done = std::move(done)] {
    queue([this, which, done](const std::function<void()>& over) {
      const reply<subscription_info> finish = [over, done](result<subscription_info> paused) {
        done(std::move(paused));
        over();
      };
      const auto found = look_up(which, finish);
      if (!found) return;
      subscription_record record = found->kept().record;
      record.status = subscription_status::paused;
      record.status_reason.clear();
      record.updated_at = context_.ports.time.now();
      store_record(found, std::move(record), finish);
    });
  });
}

void subscription_service::resume(subscription_ref which, resume_request how, reply<subscription_info> done) {
  post([this, which = std::move(which), how, done = std::move(done)] {
    queue([this, which, how, done](const std::function<void()>& over) {
      const reply<subscription_info> finish = [over, done](result<subscription_info> resumed) {
        done(std::move(resumed));
        over();
      };
      const auto found = look_up(which, finish);
      if (!found) return;
      if (how.how == resume_request::mode::drain) return resume_at(found, {}, finish);
      if (how.how == resume_request::mode::skip) return resume_at(found, context_.flow.heads(), finish);
      resume_with_last(found, how.keep, done);
      over();
    });
  });
}

void subscription_service::resume_with_last(const running_ptr& which, std::uint64_t keep,
                                            reply<subscription_info> done) {
  // Outside the queue: a long backlog may be walked, and nobody else's change waits for that.
  const subscription_id id = which->kept().record.id;
  const std::weak_ptr<durable_subscription> of = which;
  find_edge(which, {.events = keep}, [this, id, of, done = std::move(done)](const result<position>& edge) {
    if (!edge) return done(edge.error());
    queue([this, id, of, edge = *edge, done](const std::function<void()>& over) {
      const reply<subscription_info> finish = [over, done](result<subscription_info> resumed) {
        done(std::move(resumed));
        over();
      };
      // The edge holds only for the generation that it was found for.
      const running_ptr found = of.lock();
      if (!found || running(id) != found) {
        return finish(
            failure{.code = errc::conflict,
                    .message = "the subscription was moved or deleted while its last events were looked for"});
      }
      resume_at(found, edge, finish);
    });
  });
}

void subscription_service::resume_at(const running_ptr& which, const position& skip_through,
                                     const reply<subscription_info>& done) {
  subscription_record record = which->kept().record;
  record.status = subscription_status::active;
  record.status_reason.clear();
  record.updated_at = context_.ports.time.now();
  record.skip_through = further(std::move(record.skip_through), skip_through);
  store_record(which, std::move(record), done);
}

}  // namespace eventmgr
