#pragma once

#include "broker/delivery/timers.hpp"
#include "broker/publish_pipeline.hpp"
#include "ports/delivery_records.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_set>
#include <vector>

namespace eventmgr {

/// What a commit of delivery state carries: changes, and the events that they bring forth.
struct delivery_commit {
  store_changes changes{};
  std::vector<std::shared_ptr<event>> events{};
};

/// Somebody whose state must survive.
class state_source {
 public:
  virtual ~state_source() = default;

  /// Moves what has changed since the last time into the commit.
  virtual void collect(delivery_commit& into) = 0;
};

/// Takes the state of deliveries to the store: what changed rides in the next commit, at most 50 ms or 250 outcomes
/// later. One commit is under way at a time; what fails is tried again, unchanged, before anything newer, for a change
/// of an operator's that overtook it would be undone by it. Who waits, waits for one write that begins after he came,
/// however much is touched meanwhile. Used on the core's thread.
class state_journal {
 public:
  static constexpr std::chrono::milliseconds longest_wait{50};
  static constexpr std::uint64_t most_outcomes = 250;
  /// While the store does not take them, deliveries stop at so many outcomes.
  static constexpr std::uint64_t most_unwritten = 10000;
  static constexpr std::chrono::milliseconds retry_interval{500};

  state_journal(publish_pipeline& pipeline, timers& alarms, const clock& time);

  /// The source has something to write, `outcomes` of it new outcomes. It must be told to `forget` before it goes.
  void touch(state_source& source, std::uint64_t outcomes);
  void forget(state_source& source);

  /// Commits an operator's act, after all that was touched before, and before what is touched once that is written.
  /// `done` hears whether it is stored; if not, it is given up.
  void commit(delivery_commit what, std::function<void(result<void>)> done);

  /// Writes what there is, and what was committed before. `done` hears whether it is stored; if not, what was touched
  /// is tried again all the same.
  void flush(std::function<void(result<void>)> done);

  /// Deliveries must wait: the store is behind.
  bool congested() const noexcept { return unwritten_ >= most_unwritten; }

  /// `ease` is called whenever the store has caught up after it was congested.
  void when_eased(std::function<void()> ease) { eased_ = std::move(ease); }

 private:
  void write();
  void send(const std::shared_ptr<const delivery_commit>& what, std::uint64_t outcomes);
  void written(std::uint64_t outcomes);
  void next();

  /// An act to be committed or, if there is nothing of its own to commit, a flush.
  struct request {
    std::shared_ptr<const delivery_commit> what{};
    std::uint64_t after{0};  ///< the write that must have ended: the first to hold all that was touched before
    std::function<void(result<void>)> done{};
  };
  void wait(std::shared_ptr<const delivery_commit> what, std::function<void(result<void>)> done);
  void commit_act(request act);

  publish_pipeline& pipeline_;
  const clock& time_;
  timer_slot deadline_;
  std::unordered_set<state_source*> dirty_;
  std::deque<request> waiting_;
  std::function<void()> eased_;
  std::uint64_t unwritten_{0};
  std::uint64_t untaken_{0};  ///< of `unwritten_`, what no commit has taken yet
  std::uint64_t begun_{0};    ///< the number of the newest write
  std::uint64_t written_{0};  ///< the newest write that is stored
  bool writing_{false};
};

}  // namespace eventmgr
