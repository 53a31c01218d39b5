#include "broker/delivery/subscription_service.hpp"
#include "broker/shutting_down.hpp"

#include <utility>

// What ends a generation of a subscription, or all of it.

namespace eventmgr {

void subscription_service::seek(subscription_ref which, start_point target, reply<subscription_info> done) {
  post([this, which = std::move(which), target = std::move(target), done = std::move(done)] {
    queue([this, which, target, done](const std::function<void()>& over) {
      const reply<subscription_info> finish = [over, done](result<subscription_info> moved) {
        done(std::move(moved));
        over();
      };
      if (closing_) return finish(shutting_down());
      const auto found = look_up(which, finish);
      if (!found) return;
      const std::weak_ptr<durable_subscription> of = found;
      resolve_start(starts(), target, "", [this, of, finish](result<position> place) {
        if (!place) return finish(place.error());
        // Still there: no other change has had its turn.
        const running_ptr still = of.lock();
        bring_to_rest(still, [this, still, place = *place, finish](const result<void>& written) {
          if (!written) return finish(written.error());
          restart(still, place, finish);
        });
      });
    });
  });
}

void subscription_service::bring_to_rest(const running_ptr& which, std::function<void(result<void>)> then, int rounds) {
  which->halt();
  context_.journal.flush([this, which, then = std::move(then), rounds](const result<void>& written) {
    if (!written) {
      which->unhalt();
      return then(written);
    }
    if (rounds > 1 && which->book_kept()) return bring_to_rest(which, then, rounds - 1);
    which->seal();
    then({});
  });
}

void subscription_service::restart(const running_ptr& which, const position& target,
                                   const reply<subscription_info>& done) {
  const kept_subscription& before = which->kept();
  kept_subscription after{.record = before.record, .definition = before.definition};
  ++after.record.generation;
  ++after.record.revision;
  after.record.skip_through = {};
  after.record.updated_at = context_.ports.time.now();
  after.since = after.record.updated_at;
  after.rules.add(target, before.rules.newest());
  delivery_commit what;
  what.changes.restarted.push_back(after.record.id);
  what.changes.subscriptions.push_back(after.record);
  what.changes.revisions.push_back({.subscription = after.record.id,
                                    .revision = after.record.revision,
                                    .generation = after.record.generation,
                                    .from = target,
                                    .matching = context_.ports.texts.matching(after.definition),
                                    .at = after.record.updated_at});
  for (const auto& lane : which->lanes()) {
    what.changes.floors.push_back({.subscription = after.record.id,
                                   .partition = lane->partition(),
                                   .lane = lane->lane(),
                                   .floor = target.after[lane->partition().value]});
  }
  context_.journal.commit(
      std::move(what), [this, which, target, after = std::move(after), done](const result<void>& stored) {
        if (!stored) {
          which->unhalt();
          return done(stored.error());
        }
        const subscription_id id = after.record.id;
        entry& of = by_id_.at(id);
        context_.flow.routes().remove(std::exchange(of.route, 0));
        delivery_commit left = which->close_books();
        context_.receipts.left(id, target);
        const auto sources = which->release_sources();
        if (consumer_group* const group = which->consumers()) {
          group->end({.code = errc::conflict, .message = "the subscription was moved: attach again"});
        }
        which->stop();
        delivery_memory memory;
        memory.floor = [target](partition_id partition, priority) { return target.after[partition.value]; };
        add(after, memory);
        route(of);
        of.running->start();
        of.running->take_over(std::move(left));
        if (closing_) of.running->drain({}, [] {});
        // What it had under way was given back above, which may have been the end of some.
        for (const auto& source : sources) {
          if (!source->over()) of.running->add_source(source);
        }
        done(of.running->info());
        which->end_drain();
      });
}

void subscription_service::remove(subscription_ref which, reply<std::monostate> done) {
  post([this, which = std::move(which), done = std::move(done)] {
    queue([this, which, done](const std::function<void()>& over) {
      const reply<std::monostate> finish = [over, done](result<std::monostate> removed) {
        done(std::move(removed));
        over();
      };
      if (closing_) return finish(shutting_down());
      const auto found = look_up(which, finish);
      if (!found) return;
      bring_to_rest(found, [this, found, finish](const result<void>& written) {
        if (!written) return finish(written.error());
        take_away(found, finish);
      });
    });
  });
}

void subscription_service::take_away(const running_ptr& which, const reply<std::monostate>& done) {
  delivery_commit what;
  what.changes.removed.push_back(which->kept().record.id);
  context_.journal.commit(std::move(what), [this, which, done](const result<void>& stored) {
    if (!stored) {
      which->unhalt();
      return done(stored.error());
    }
    const subscription_record& record = which->kept().record;
    context_.flow.routes().remove(by_id_.at(record.id).route);
    by_name_.erase(record.name);
    by_id_.erase(record.id);
    which->stop();
    context_.receipts.left(record.id, std::nullopt);
    done(std::monostate{});
    which->end_drain();
  });
}

}  // namespace eventmgr
