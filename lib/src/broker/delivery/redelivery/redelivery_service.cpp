#include "broker/delivery/redelivery/redelivery_service.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

namespace eventmgr {

namespace {

constexpr std::uint32_t discard_page_size = 100;

failure no_dead_letter(dead_letter_id id) {
  return {.code = errc::not_found, .message = "no dead letter " + to_string(id)};
}

failure not_open(const dead_letter& letter) {
  return {.code = errc::conflict,
          .message = "dead letter " + to_string(letter.id) + " is " + std::string{to_string(letter.state)}};
}

}  // namespace

redelivery_service::redelivery_service(delivery_context& context, subscription_service& subscriptions)
    : context_{context},
      subscriptions_{subscriptions},
      shared_{.delivery = context, .find = [&subscriptions](subscription_id id) { return subscriptions.running(id); }} {
}

uuid redelivery_service::fresh_id() {
  std::array<std::uint8_t, 10> random{};
  for (auto& byte : random) byte = static_cast<std::uint8_t>(context_.random());
  return make_uuid_v7(context_.ports.time.now().time_since_epoch().count(), random);
}

void redelivery_service::start(const delivery_state& state) {
  for (const redelivery_record& record : state.redeliveries) {
    if (record.kind == redelivery_kind::requeue) {
      if (record.state == redelivery_state::running) go_on(record);
      continue;
    }
    auto request = context_.ports.redeliveries.load_replay(record.request);
    if (!request) continue;
    auto filter = context_.ports.texts.filter(request->filter);
    if (!filter) continue;
    std::vector<replay_progress_record> progress;
    std::ranges::copy_if(state.progress, std::back_inserter(progress),
                         [&](const auto& row) { return row.replay == record.id; });
    run_replay(record, std::move(*request), std::move(*filter), std::move(progress));
  }
}

void redelivery_service::discard(dead_letter_query query, std::optional<std::uint64_t> limit, bool dry_run,
                                 reply<discard_summary> done) {
  post([this, query = std::move(query), most = limit.value_or(UINT64_MAX), dry_run, done = std::move(done)]() mutable {
    if (refuse(done)) return;
    query.state = dead_letter_state::open;
    query.oldest_first = true;
    query.cursor.clear();
    // What fails from now on was not meant.
    const time_point soon = context_.ports.time.now() + std::chrono::milliseconds{1};
    query.until = std::min(query.until.value_or(soon), soon);
    if (!dry_run) return discard_page(std::move(query), most, {}, std::move(done));
    read<discard_summary>(
        [&store = context_.ports.store, query = std::move(query), most]() -> result<discard_summary> {
          discard_summary found;
          for (const dead_letter_count& each : store.count_dead_letters(query)) found.matched += each.count;
          found.matched = std::min(found.matched, most);
          return found;
        },
        std::move(done));
  });
}

void redelivery_service::discard_page(dead_letter_query query, std::uint64_t limit, discard_summary so_far,
                                      reply<discard_summary> done) {
  query.limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(discard_page_size, limit - so_far.matched));
  read<dead_letter_page>([&store = context_.ports.store, query] { return store.query_dead_letters(query); },
                         [this, query, limit, so_far, done = std::move(done)](result<dead_letter_page> page) mutable {
                           if (!page) return done(page.error());
                           if (page->dead_letters.empty()) return done(so_far);
                           delivery_commit what;
                           for (const dead_letter& each : page->dead_letters) what.changes.discarded.push_back(each.id);
                           so_far.matched += what.changes.discarded.size();
                           so_far.discarded = so_far.matched;
                           query.cursor = page->next_cursor;
                           context_.journal.commit(
                               std::move(what), [this, query, limit, so_far, done,
                                                 letters = std::move(page->dead_letters)](const result<void>& stored) {
                                 if (!stored) return done(stored.error());
                                 for (const auto& letter : letters) tell_discarded(letter);
                                 if (query.cursor.empty() || so_far.matched >= limit) return done(so_far);
                                 discard_page(query, limit, so_far, done);
                               });
                         },
                         so_far.matched == 0 ? query_step::first : query_step::later);
}

void redelivery_service::discard_one(dead_letter_id id, reply<dead_letter> done) {
  post([this, id, done = std::move(done)] {
    if (refuse(done)) return;
    read<dead_letter>(
        [&store = context_.ports.store, id]() -> result<dead_letter> {
          auto found = store.find_dead_letter(id);
          if (!found) return no_dead_letter(id);
          if (found->state != dead_letter_state::open) return not_open(*found);
          return std::move(*found);
        },
        [this, id, done](result<dead_letter> found) {
          if (!found) return done(found.error());
          delivery_commit what;
          what.changes.discarded.push_back(id);
          context_.journal.commit(std::move(what),
                                  [this, done, letter = std::move(*found)](const result<void>& stored) mutable {
                                    if (!stored) return done(stored.error());
                                    tell_discarded(letter);
                                    letter.state = dead_letter_state::discarded;
                                    done(std::move(letter));
                                  });
        });
  });
}

void redelivery_service::tell_discarded(const dead_letter& letter) {
  const log_place place{letter.record.partition, letter.record.seq};
  for (const auto& [id, job] : requeues_) job->superseded(letter.subscription, place);
}

void redelivery_service::summarise(dead_letter_query query, reply<dead_letter_summary> done) {
  post([this, query = std::move(query), done = std::move(done)]() mutable {
    read<dead_letter_summary>(
        [&store = context_.ports.store, query = std::move(query)]() -> result<dead_letter_summary> {
          return store.summarise_dead_letters(query);
        },
        std::move(done));
  });
}

}  // namespace eventmgr
