#pragma once

#include "broker/delivery/redelivery_face.hpp"
#include "delivery_fixture.hpp"

#include <optional>
#include <string>
#include <utility>

namespace eventmgr::test {

/// Adds requeue plans and replays, and histories to make them of.
struct redelivery_fixture : delivery_fixture {
  using delivery_fixture::delivery_fixture;

  static subscription_definition brittle(std::string name, std::string_view on_pattern = "#") {
    subscription_definition made = webhook(std::move(name), on_pattern);
    made.options.retry.max_retries = 0;
    return made;
  }

  /// `count` events on topic `a`, which the receiver takes; it then counts from the start again.
  void deliver(std::size_t count) {
    receiver().answer = [](const auto&) { return ok(); };
    publish("a", count);
    advance(std::chrono::milliseconds{100});
    receiver().sent.clear();
  }

  /// `count` events on topic `a`, all of which become dead letters of subscription `s`, one after the other. The
  /// receiver takes what comes from now on, and counts from the start.
  void bury(std::size_t count) {
    receiver().answer = [](const auto&) { return refused(); };
    for (std::size_t i = 0; i < count; ++i) {
      publish("a");
      advance(std::chrono::milliseconds{10});
    }
    advance(std::chrono::milliseconds{100});
    receiver().answer = [](const auto&) { return ok(); };
    receiver().sent.clear();
  }

  /// The oldest delivery that is in flight ends so.
  void end_next(const delivery_result& outcome) {
    receiver().settle_next(outcome);
    settle();
  }

  template <class T, class Start>
  result<T> ask(Start start) {
    std::optional<result<T>> came;
    start(subject->redeliveries(), into(came));
    settle();
    return came.value();
  }

  requeue_plan requeue(requeue_request request = {}) {
    return ask<requeue_plan>([&](auto& face, auto done) { face.requeue(std::move(request), done); }).value();
  }
  requeue_plan plan(requeue_id id) {
    return ask<requeue_plan>([&](auto& face, auto done) { face.find_requeue(id, done); }).value();
  }
  result<requeue_plan> cancel(requeue_id id) {
    return ask<requeue_plan>([&](auto& face, auto done) { face.cancel_requeue(id, done); });
  }
  result<requeue_plan> resume(requeue_id id) {
    return ask<requeue_plan>([&](auto& face, auto done) { face.resume_requeue(id, done); });
  }
  using delivery_fixture::resume;
  result<discard_summary> discard_all(bool dry_run = false) {
    return ask<discard_summary>([&](auto& face, auto done) { face.discard({}, {}, dry_run, done); });
  }
  replay_info replay(replay_request request = {}) {
    return ask<replay_info>([&](auto& face, auto done) { face.replay(std::move(request), done); }).value();
  }
  replay_info replayed(replay_id id) {
    return ask<replay_info>([&](auto& face, auto done) { face.find_replay(id, done); }).value();
  }
  result<replay_info> cancel(replay_id id) {
    return ask<replay_info>([&](auto& face, auto done) { face.cancel_replay(id, done); });
  }
  std::vector<dead_letter> letters(std::optional<dead_letter_state> state = dead_letter_state::open) {
    std::optional<result<dead_letter_page>> found;
    subject->subscriptions().query_dead_letters({.state = state}, into(found));
    settle();
    return found.value().value().dead_letters;
  }
};

}  // namespace eventmgr::test
