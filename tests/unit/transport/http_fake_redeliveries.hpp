#pragma once

#include "broker/delivery/redelivery_face.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace eventmgr::test {

/// Notes what is asked of it and answers what the test has set. Fails every call with `refusal`, once that is set.
class fake_redeliveries final : public redelivery_face {
 public:
  std::optional<failure> refusal{};
  requeue_plan plan{};
  requeue_preview preview{};
  discard_summary discarded{};
  dead_letter_summary summary{};
  replay_info replayed{};
  replay_preview replay_counts{};

  std::optional<requeue_request> requeued{};
  std::optional<requeue_request> previewed{};
  std::optional<std::pair<dead_letter_query, bool>> discard_asked{};
  std::optional<std::uint64_t> discard_limit{};
  std::optional<dead_letter_query> summary_asked{};
  std::optional<replay_request> replay_asked{};
  std::optional<replay_request> replay_previewed{};
  std::optional<std::pair<std::string, std::uint32_t>> list_asked{};
  std::string last{};  ///< the call that names an id, and the id

  void requeue(requeue_request request, reply<requeue_plan> done) override {
    requeued = std::move(request);
    answer(plan, done);
  }
  void preview_requeue(requeue_request request, reply<requeue_preview> done) override {
    previewed = std::move(request);
    answer(preview, done);
  }
  void list_requeues(std::string cursor, std::uint32_t limit, reply<requeue_page> done) override {
    list_asked = {std::move(cursor), limit};
    answer(requeue_page{.plans = {plan}, .total = 1}, done);
  }
  void find_requeue(requeue_id id, reply<requeue_plan> done) override { named("find", id, plan, done); }
  void cancel_requeue(requeue_id id, reply<requeue_plan> done) override { named("cancel", id, plan, done); }
  void resume_requeue(requeue_id id, reply<requeue_plan> done) override { named("resume", id, plan, done); }

  void discard(dead_letter_query query, std::optional<std::uint64_t> limit, bool dry_run,
               reply<discard_summary> done) override {
    discard_asked = {std::move(query), dry_run};
    discard_limit = limit;
    answer(discarded, done);
  }
  void discard_one(dead_letter_id id, reply<dead_letter> done) override { named("discard", id, dead_letter{}, done); }
  void summarise(dead_letter_query query, reply<dead_letter_summary> done) override {
    summary_asked = std::move(query);
    answer(summary, done);
  }

  void replay(replay_request request, reply<replay_info> done) override {
    replay_asked = std::move(request);
    answer(replayed, done);
  }
  void preview_replay(replay_request request, reply<replay_preview> done) override {
    replay_previewed = std::move(request);
    answer(replay_counts, done);
  }
  void list_replays(std::string cursor, std::uint32_t limit, reply<replay_page> done) override {
    list_asked = {std::move(cursor), limit};
    answer(replay_page{.replays = {replayed}, .total = 1}, done);
  }
  void find_replay(replay_id id, reply<replay_info> done) override { named("find", id, replayed, done); }
  void cancel_replay(replay_id id, reply<replay_info> done) override { named("cancel", id, replayed, done); }

 private:
  template <class T>
  void answer(T value, const reply<T>& done) {
    if (refusal) return done(*refusal);
    done(std::move(value));
  }

  template <class Id, class T>
  void named(const char* call, Id id, T value, const reply<T>& done) {
    last = std::string{call} + " " + to_string(id);
    answer(std::move(value), done);
  }
};

}  // namespace eventmgr::test
