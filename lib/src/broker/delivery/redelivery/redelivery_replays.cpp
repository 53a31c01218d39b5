#include "broker/delivery/redelivery/redelivery_service.hpp"

#include <algorithm>
#include <utility>
#include <variant>

// Replays.

namespace eventmgr {

namespace {

failure wrong(std::string pointer, std::string message) {
  return {.code = errc::invalid_request,
          .message = "the replay cannot be made",
          .details = {{.pointer = std::move(pointer), .message = std::move(message)}}};
}

failure no_replay(replay_id id) { return {.code = errc::not_found, .message = "no replay " + to_string(id)}; }

result<replay_info> load_info(event_store& store, const redelivery_texts& texts, const redelivery_record& record) {
  auto request = texts.load_replay(record.request);
  if (!request) return request.error();
  return replay_info_of(record, std::move(*request), store.progress_of(record.id));
}

failure ends_before_it_begins() { return wrong("/to", "must not be before from"); }

/// Of times it is known whatever the log has; where no event lies between them, their places are the same.
bool times_are_reversed(const start_point& from, const start_point& to) {
  const auto* begin = std::get_if<time_point>(&from);
  const auto* end = std::get_if<time_point>(&to);
  return begin && end && *end < *begin;
}

/// Whether the stretch ends before it begins. What is empty does not.
bool is_reversed(const position& from, const position& to) {
  bool reversed = false;
  for (std::size_t p = 0; p < to.after.size(); ++p) {
    if (from.after[p] < to.after[p]) return false;
    reversed = reversed || to.after[p] < from.after[p];
  }
  return reversed;
}

}  // namespace

void redelivery_service::draft(replay_request request, const reply<replay_draft>& done) {
  replay_draft made{.request = std::move(request)};
  auto filter = context_.ports.texts.filter(made.request.filter);
  if (!filter) {
    failure why = filter.error();
    for (auto& detail : why.details) detail.pointer.insert(0, "/filter");
    return done(std::move(why));
  }
  made.filter = std::move(*filter);
  std::map<subscription_id, std::string> targets;
  if (made.request.subscriptions.empty()) {
    for (const auto& each : subscriptions_.all()) targets.emplace(each->kept().record.id, each->kept().record.name);
  }
  for (std::size_t i = 0; i < made.request.subscriptions.size(); ++i) {
    const std::string& name = made.request.subscriptions[i];
    const auto found = subscriptions_.named(name);
    if (!found) {
      return done(failure{.code = errc::not_found,
                          .message = "no subscription " + name,
                          .details = {{.pointer = "/subscriptions/" + std::to_string(i), .message = "is not known"}}});
    }
    targets.emplace(found->kept().record.id, found->kept().record.name);
  }
  if (targets.empty()) return done(wrong("/subscriptions", "there is no durable subscription"));
  if (targets.size() > replay_request::max_subscriptions) {
    return done(wrong("/subscriptions", "name at most " + std::to_string(replay_request::max_subscriptions)));
  }
  for (const auto& [id, name] : targets) made.targets.push_back({.subscription = id, .subscription_name = name});
  if (times_are_reversed(made.request.from, made.request.to)) return done(ends_before_it_begins());

  const start_context where{.flow = context_.flow,
                            .store = context_.ports.store,
                            .core = context_.executors.core,
                            .readers = context_.executors.readers};
  const start_point from = made.request.from;
  resolve_start(where, from, "/from", [where, made = std::move(made), done](result<position> begin) mutable {
    if (!begin) return done(begin.error());
    made.from = std::move(*begin);
    const start_point to = made.request.to;
    resolve_start(where, to, "/to", [made = std::move(made), done](result<position> end) mutable {
      if (!end) return done(end.error());
      made.to = std::move(*end);
      // The oldest event that is kept may lie after an end that is no mistake: then there is nothing to replay.
      const bool begins_with_log = std::holds_alternative<start_earliest>(made.request.from);
      if (!begins_with_log && is_reversed(made.from, made.to)) return done(ends_before_it_begins());
      for (auto& target : made.targets) target.floor = made.from;
      done(std::move(made));
    });
  });
}

void redelivery_service::replay(replay_request request, reply<replay_info> done) {
  post([this, request = std::move(request), done = std::move(done)]() mutable {
    if (refuse(done)) return;
    if (replays_.size() + replays_in_making_ >= max_under_way) {
      return done(failure{.code = errc::conflict, .message = "too many replays are under way"});
    }
    done = counted(replays_in_making_, std::move(done));
    draft(std::move(request), [this, done](result<replay_draft> made) {
      if (!made) return done(made.error());
      const time_point now = context_.ports.time.now();
      const redelivery_record record{.id = fresh_id(),
                                     .kind = redelivery_kind::replay,
                                     .request = context_.ports.redeliveries.store(made->request),
                                     .state = redelivery_state::started,
                                     .from = made->from,
                                     .to = made->to,
                                     .created_at = now,
                                     .updated_at = now};
      for (auto& target : made->targets) target.replay = record.id;
      delivery_commit what;
      what.changes.redeliveries.push_back(record);
      what.changes.progress = made->targets;
      context_.journal.commit(std::move(what),
                              [this, record, made = std::move(*made), done](const result<void>& stored) {
                                if (!stored) return done(stored.error());
                                run_replay(record, made.request, made.filter, made.targets);
                                done(replays_.at(record.id)->info());
                              });
    });
  });
}

void redelivery_service::run_replay(redelivery_record record, replay_request request, event_filter filter,
                                    std::vector<replay_progress_record> progress) {
  const uuid id = record.id;
  auto job = std::make_unique<replay_job>(shared_, std::move(record), std::move(request), std::move(filter),
                                          std::move(progress), [this, id] { post([this, id] { retire_replay(id); }); });
  replay_job& begun = *job;
  replays_.insert_or_assign(id, std::move(job));
  begun.start();
}

void redelivery_service::retire_replay(uuid id) {
  context_.journal.flush([this, id](const result<void>& stored) {
    // What it has come to is with the job alone until it is written.
    if (!stored) return retire_replay(id);
    replays_.erase(id);
  });
}

void redelivery_service::preview_replay(replay_request request, reply<replay_preview> done) {
  post([this, request = std::move(request), done = std::move(done)]() mutable {
    draft(std::move(request), [this, done](result<replay_draft> made) {
      if (!made) return done(made.error());
      std::vector<matching_history::rule_ptr> rules;
      for (const auto& target : made->targets) {
        const auto of = subscriptions_.running(target.subscription);
        rules.push_back(of ? of->kept().rules.newest() : std::make_shared<const matching_rule>());
      }
      auto what = std::make_shared<const replay_selection>(context_.ports.store, context_.ports.documents,
                                                           made->request.topics, made->filter, std::move(rules));
      auto count = std::make_shared<replay_count>(context_, std::move(what), made->from, made->to,
                                                  [targets = made->targets, done](result<replay_tally> counted) {
                                                    if (!counted) return done(counted.error());
                                                    replay_preview shown{.events_to_replay = counted->events};
                                                    if (counted->first)
                                                      shown.original_duration = *counted->last - *counted->first;
                                                    for (std::size_t i = 0; i < targets.size(); ++i) {
                                                      shown.targets.push_back({.id = targets[i].subscription,
                                                                               .name = targets[i].subscription_name,
                                                                               .events = counted->by_subscription[i]});
                                                    }
                                                    done(std::move(shown));
                                                  });
      count->start(query_step::first);
    });
  });
}

void redelivery_service::list_replays(std::string cursor, std::uint32_t limit, reply<replay_page> done) {
  post([this, cursor = std::move(cursor), limit, done = std::move(done)] {
    read<replay_page>(
        [&store = context_.ports.store, &texts = context_.ports.redeliveries, cursor, limit]() -> result<replay_page> {
          auto found = store.list_redeliveries(redelivery_kind::replay, cursor, limit);
          if (!found) return found.error();
          replay_page page{.total = found->total, .next_cursor = std::move(found->next_cursor)};
          for (const redelivery_record& record : found->records) {
            auto info = load_info(store, texts, record);
            if (!info) return info.error();
            page.replays.push_back(std::move(*info));
          }
          return page;
        },
        done);
  });
}

void redelivery_service::find_replay(replay_id id, reply<replay_info> done) {
  post([this, id, done = std::move(done)] {
    const auto live = replays_.find(id.value);
    if (live != replays_.end()) return done(live->second->info());
    read<replay_info>(
        [&store = context_.ports.store, &texts = context_.ports.redeliveries, id]() -> result<replay_info> {
          const auto record = store.find_redelivery(id.value);
          if (!record || record->kind != redelivery_kind::replay) return no_replay(id);
          return load_info(store, texts, *record);
        },
        done);
  });
}

void redelivery_service::cancel_replay(replay_id id, reply<replay_info> done) {
  post([this, id, done = std::move(done)] {
    if (refuse(done)) return;
    const auto live = replays_.find(id.value);
    const bool under_way = live != replays_.end() && (live->second->info().status == replay_status::started ||
                                                      live->second->info().status == replay_status::running);
    if (!under_way) {
      return find_replay(id, [done](const result<replay_info>& found) {
        if (!found) return done(found.error());
        done(failure{.code = errc::conflict, .message = "the replay has ended"});
      });
    }
    live->second->cancel();
    const replay_info ended = live->second->info();
    context_.journal.flush([done, ended](const result<void>& stored) {
      if (!stored) return done(stored.error());
      done(ended);
    });
  });
}

}  // namespace eventmgr
