#include "broker/delivery/redelivery/redelivery_service.hpp"

#include <algorithm>
#include <utility>

// Requeue plans.

namespace eventmgr {

namespace {

requeue_status status_of(redelivery_state state) {
  switch (state) {
    case redelivery_state::completed:
      return requeue_status::completed;
    case redelivery_state::stopped:
    case redelivery_state::failed:
      return requeue_status::stopped;
    case redelivery_state::cancelled:
      return requeue_status::cancelled;
    case redelivery_state::started:
    case redelivery_state::running:
      return requeue_status::running;
  }
  return requeue_status::stopped;
}

requeue_plan make_requeue_plan(const redelivery_record& record, requeue_request request) {
  return {.id = {record.id},
          .request = std::move(request),
          .status = status_of(record.state),
          .status_reason = record.reason,
          .matched = record.total,
          .delivered = record.delivered,
          .failed = record.failed,
          .skipped = record.skipped,
          .created_at = record.created_at,
          .updated_at = record.updated_at};
}

result<requeue_plan> load_plan(const redelivery_texts& texts, const redelivery_record& record) {
  auto request = texts.load_requeue(record.request);
  if (!request) return request.error();
  return make_requeue_plan(record, std::move(*request));
}

failure no_plan(requeue_id id) { return {.code = errc::not_found, .message = "no requeue plan " + to_string(id)}; }

result<redelivery_record> find_record(event_store& store, requeue_id id) {
  auto found = store.find_redelivery(id.value);
  if (!found || found->kind != redelivery_kind::requeue) return no_plan(id);
  return std::move(*found);
}

// Every dead letter that is named must be one that can be delivered again.
result<std::vector<dead_letter_count>> count_named(event_store& store, const dead_letter_query& which) {
  for (const dead_letter_id id : which.ids) {
    const auto found = store.find_dead_letter(id);
    if (!found) return failure{.code = errc::not_found, .message = "no dead letter " + to_string(id)};
    if (found->state != dead_letter_state::open) {
      return failure{.code = errc::conflict,
                     .message = "dead letter " + to_string(id) + " is " + std::string{to_string(found->state)}};
    }
  }
  return store.count_dead_letters(which);
}

std::vector<subscription_id> subscriptions_of(std::span<const dead_letter_count> counts) {
  std::vector<subscription_id> all;
  for (const dead_letter_count& each : counts) all.push_back(each.subscription);
  return all;
}

dead_letter_query open_ones(dead_letter_query which) {
  which.state = dead_letter_state::open;
  which.cursor.clear();
  which.oldest_first = true;
  which.limit = dead_letter_query{}.limit;
  return which;
}

}  // namespace

void redelivery_service::requeue(requeue_request request, reply<requeue_plan> done) {
  post([this, request = std::move(request), done = std::move(done)]() mutable {
    if (refuse(done)) return;
    if (requeues_.size() + requeues_in_making_ >= max_under_way) {
      return done(failure{.code = errc::conflict, .message = "too many requeue plans are under way"});
    }
    done = counted(requeues_in_making_, std::move(done));
    request.which = open_ones(std::move(request.which));
    read<std::vector<dead_letter_count>>(
        [&store = context_.ports.store, which = request.which] { return count_named(store, which); },
        [this, request, done](result<std::vector<dead_letter_count>> counts) {
          if (!counts) return done(counts.error());
          make_plan(request, *counts, done);
        });
  });
}

void redelivery_service::make_plan(requeue_request request, const std::vector<dead_letter_count>& counts,
                                   const reply<requeue_plan>& done) {
  redelivery_record record{.id = fresh_id(),
                           .kind = redelivery_kind::requeue,
                           .request = context_.ports.redeliveries.store(request),
                           .state = redelivery_state::running,
                           .created_at = context_.ports.time.now()};
  for (const dead_letter_count& each : counts) {
    record.total += each.count;
    // Of its own moment, too: what it has counted it shall find.
    record.created_at = std::max(record.created_at, each.newest + std::chrono::milliseconds{1});
    if (subscriptions_.running(each.subscription)) continue;
    if (!request.which.ids.empty()) {
      return done(
          failure{.code = errc::conflict, .message = "subscription " + to_string(each.subscription) + " was deleted"});
    }
    record.skipped += each.count;
  }
  record.total = std::min(record.total, request.limit.value_or(UINT64_MAX));
  record.skipped = std::min(record.skipped, record.total);
  record.updated_at = record.created_at;
  delivery_commit what;
  what.changes.redeliveries.push_back(record);
  context_.journal.commit(std::move(what),
                          [this, record, request = std::move(request), counts, done](const result<void>& stored) {
                            if (!stored) return done(stored.error());
                            run_plan(record, request, counts);
                            done(make_requeue_plan(requeues_.at(record.id)->record(), request));
                          });
}

void redelivery_service::run_plan(redelivery_record record, requeue_request request,
                                  std::span<const dead_letter_count> counts) {
  const uuid id = record.id;
  auto job = std::make_unique<requeue_job>(shared_, std::move(record), std::move(request),
                                           [this, id] { post([this, id] { retire_plan(id); }); });
  requeue_job& begun = *job;
  requeues_.insert_or_assign(id, std::move(job));
  begun.begin(subscriptions_of(counts));
}

std::vector<requeue_under_way> redelivery_service::requeues_under_way() const {
  std::vector<requeue_under_way> all;
  for (const auto& [id, job] : requeues_) {
    if (job->record().state == redelivery_state::running) all.push_back(job->outline());
  }
  return all;
}

void redelivery_service::retire_plan(uuid id) {
  const auto over = requeues_.find(id);
  // It was resumed meanwhile.
  if (over == requeues_.end() || !over->second->ended()) return;
  context_.journal.flush([this, id, seen = over->second->changes()](const result<void>& stored) {
    const auto found = requeues_.find(id);
    if (found == requeues_.end()) return;
    // What it has come to is with the job alone until it is written.
    if (!stored || found->second->changes() != seen) return retire_plan(id);
    requeues_.erase(found);
  });
}

void redelivery_service::go_on(redelivery_record record) {
  auto request = context_.ports.redeliveries.load_requeue(record.request);
  if (!request) return;
  read<std::vector<dead_letter_count>>(
      [&store = context_.ports.store, which = request->which]() -> result<std::vector<dead_letter_count>> {
        return store.count_dead_letters(which);
      },
      [this, record = std::move(record), request = *request](const auto& counts) {
        if (counts) return run_plan(record, request, *counts);
        context_.alarms.call_at(context_.ports.time.steady_now() + requeue_run::store_pause,
                                [this, record] { go_on(record); });
      },
      query_step::later);
}

void redelivery_service::preview_requeue(requeue_request request, reply<requeue_preview> done) {
  post([this, request = std::move(request), done = std::move(done)] {
    read<requeue_preview>(
        [&store = context_.ports.store, which = open_ones(request.which),
         limit = request.limit.value_or(UINT64_MAX)]() -> result<requeue_preview> {
          const auto counts = count_named(store, which);
          if (!counts) return counts.error();
          requeue_preview made;
          for (const dead_letter_count& each : *counts) {
            made.matched += each.count;
            made.oldest = std::min(made.oldest.value_or(each.oldest), each.oldest);
            made.newest = std::max(made.newest.value_or(each.newest), each.newest);
          }
          made.matched = std::min(made.matched, limit);
          return made;
        },
        done);
  });
}

void redelivery_service::list_requeues(std::string cursor, std::uint32_t limit, reply<requeue_page> done) {
  post([this, cursor = std::move(cursor), limit, done = std::move(done)] {
    read<requeue_page>(
        [&store = context_.ports.store, &texts = context_.ports.redeliveries, cursor, limit]() -> result<requeue_page> {
          auto found = store.list_redeliveries(redelivery_kind::requeue, cursor, limit);
          if (!found) return found.error();
          requeue_page page{.total = found->total, .next_cursor = std::move(found->next_cursor)};
          for (const redelivery_record& record : found->records) {
            auto plan = load_plan(texts, record);
            if (!plan) return plan.error();
            page.plans.push_back(std::move(*plan));
          }
          return page;
        },
        done);
  });
}

void redelivery_service::find_requeue(requeue_id id, reply<requeue_plan> done) {
  post([this, id, done = std::move(done)] {
    read<requeue_plan>(
        [&store = context_.ports.store, &texts = context_.ports.redeliveries, id]() -> result<requeue_plan> {
          const auto record = find_record(store, id);
          if (!record) return record.error();
          return load_plan(texts, *record);
        },
        done);
  });
}

void redelivery_service::cancel_requeue(requeue_id id, reply<requeue_plan> done) {
  post([this, id, done = std::move(done)] {
    if (refuse(done)) return;
    const auto live = requeues_.find(id.value);
    if (live != requeues_.end()) {
      requeue_job& job = *live->second;
      const redelivery_state state = job.record().state;
      if (state != redelivery_state::running && state != redelivery_state::stopped) {
        return done(failure{.code = errc::conflict, .message = "the requeue plan has ended"});
      }
      job.stop(redelivery_state::cancelled, {});
      return answer_written(job, done);
    }
    const reply<requeue_plan> finish = begin_change(id, done);
    if (!finish) return;
    read<redelivery_record>([&store = context_.ports.store, id] { return find_record(store, id); },
                            [this, id, finish](result<redelivery_record> record) {
                              if (!record) return finish(record.error());
                              if (record->state != redelivery_state::stopped) {
                                return finish(failure{.code = errc::conflict, .message = "the requeue plan has ended"});
                              }
                              record->state = redelivery_state::cancelled;
                              record->updated_at = context_.ports.time.now();
                              delivery_commit what;
                              what.changes.redeliveries.push_back(std::move(*record));
                              context_.journal.commit(std::move(what), [this, id, finish](const result<void>& stored) {
                                if (!stored) return finish(stored.error());
                                find_requeue(id, finish);
                              });
                            });
  });
}

reply<requeue_plan> redelivery_service::begin_change(requeue_id id, const reply<requeue_plan>& done) {
  if (!changing_.insert(id.value).second) {
    done(failure{.code = errc::conflict, .message = "the requeue plan is being cancelled or resumed"});
    return nullptr;
  }
  return [this, id, done](result<requeue_plan> changed) {
    changing_.erase(id.value);
    done(std::move(changed));
  };
}

void redelivery_service::answer_written(const requeue_job& job, const reply<requeue_plan>& done) {
  context_.journal.flush([done, plan = make_requeue_plan(job.record(), job.request())](const result<void>& stored) {
    if (!stored) return done(stored.error());
    done(plan);
  });
}

void redelivery_service::resume_requeue(requeue_id id, reply<requeue_plan> done) {
  struct found_plan {
    redelivery_record record{};
    requeue_request request{};
    std::vector<dead_letter_count> counts{};
  };
  post([this, id, done = std::move(done)] {
    if (refuse(done)) return;
    const bool was_live = requeues_.contains(id.value);
    const reply<requeue_plan> finish = was_live ? done : begin_change(id, done);
    if (!finish) return;
    read<found_plan>(
        [&store = context_.ports.store, &texts = context_.ports.redeliveries, id]() -> result<found_plan> {
          auto record = find_record(store, id);
          if (!record) return record.error();
          auto request = texts.load_requeue(record->request);
          if (!request) return request.error();
          auto counts = store.count_dead_letters(request->which);
          return found_plan{.record = std::move(*record), .request = std::move(*request), .counts = std::move(counts)};
        },
        [this, id, was_live, finish](result<found_plan> found) {
          if (!found) return finish(found.error());
          // One that has stopped may have something in flight still; if it had, the record is older than its end.
          const auto live = requeues_.find(id.value);
          if (was_live && live == requeues_.end()) return resume_requeue(id, finish);
          const redelivery_state state = live == requeues_.end() ? found->record.state : live->second->record().state;
          if (state != redelivery_state::stopped) {
            return finish(failure{.code = errc::conflict, .message = "the requeue plan has not stopped"});
          }
          if (live != requeues_.end()) {
            live->second->resume(subscriptions_of(found->counts));
            return answer_written(*live->second, finish);
          }
          found->record.state = redelivery_state::running;
          found->record.reason.clear();
          found->record.forgiven = found->record.failed;
          found->record.updated_at = context_.ports.time.now();
          delivery_commit what;
          what.changes.redeliveries.push_back(found->record);
          context_.journal.commit(std::move(what),
                                  [this, id, finish, plan = std::move(*found)](const result<void>& stored) {
                                    if (!stored) return finish(stored.error());
                                    if (!requeues_.contains(id.value)) run_plan(plan.record, plan.request, plan.counts);
                                    finish(make_requeue_plan(requeues_.at(id.value)->record(), plan.request));
                                  });
        });
  });
}

}  // namespace eventmgr
