#pragma once

#include "broker/broker.hpp"
#include "broker/commit_pace.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace eventmgr {

/// The publish queue and the group commit behind it. Requests of all connections meet in one queue; the writer takes
/// all that is there, up to a bound, and commits it as one transaction, at the pace of `commit_pace`.
///
/// A group that is refused for what is in it is tried again request by request, so that one request that cannot be
/// stored fails alone. Where it is the store that is away, the whole group fails at once.
/// Thread-safe.
class publish_pipeline {
 public:
  static constexpr std::uint64_t max_group_events = 4096;
  static constexpr std::uint64_t max_group_bytes = 4ULL << 20U;

  struct bounds {
    std::uint64_t events;
    std::uint64_t bytes;
  };

  /// Called on the core's thread with the entries of each commit, before their publishers are answered.
  using committed = std::function<void(std::span<const append_entry>)>;

  publish_pipeline(event_store& store, const clock& time, executor& core, timed_executor& writer,
                   broker_counters& counters, bounds queue, committed sequence);

  void submit(std::vector<std::shared_ptr<event>> events, publish_done done);

  /// Commits changes to the state of delivery, and with them, in the same transaction, events that they bring forth.
  /// Never refused, also not while draining: what is submitted is bounded by those who submit.
  void submit(std::shared_ptr<const store_changes> changes, std::vector<std::shared_ptr<event>> events,
              publish_done done);

  /// Refuses new requests; `emptied` is called on the core's thread once every accepted one has been answered.
  void drain(std::function<void()> emptied);

  /// Events accepted and not yet committed.
  std::uint64_t depth() const;

 private:
  struct request {
    std::shared_ptr<const store_changes> changes{};
    std::vector<append_entry> entries{};  ///< moved into its group when the writer takes it
    std::size_t count{0};
    publish_done done{};
    std::uint64_t bytes{0};
    std::chrono::steady_clock::time_point accepted{};
  };
  struct group {
    std::vector<request> requests{};
    std::vector<append_entry> entries{};  ///< of all requests, in order: one contiguous run for the store
    std::vector<const store_changes*> changes{};
    std::uint64_t bytes{0};
  };

  static request make_request(std::vector<std::shared_ptr<event>> events, publish_done done);
  void enqueue(request incoming, std::unique_lock<std::mutex> lock);

  /// Why a request cannot be taken now. With the lock held.
  std::optional<failure> refusal_of(const request& incoming) const;
  /// Requests wait, and the writer is not at them: it takes the next group now, or when `pace_` says.
  void wake_writer(std::unique_lock<std::mutex> lock);
  /// Of the rest before that turn; it may be over already.
  void end_rest(std::uint64_t turn);
  void write_next_group();
  group take_group();
  void commit(group batch);
  enum class writer_state : std::uint8_t {
    idle,     ///< nothing waits
    resting,  ///< for `pace_`
    busy,     ///< at a group, or about to be
  };
  enum class verdict : std::uint8_t {
    stored,
    refused,  ///< for something that is in it
    lost,     ///< the store cannot be had
  };
  verdict try_commit(group& batch, failure& why);
  void answer(group batch, std::optional<failure> why);
  void release(const group& batch);

  event_store& store_;
  const clock& time_;
  executor& core_;
  timed_executor& writer_;
  broker_counters& counters_;
  const bounds bounds_;
  const committed sequence_;

  mutable std::mutex mutex_;
  std::vector<request> waiting_;
  std::uint64_t held_events_{0};  ///< waiting or being committed
  std::uint64_t held_bytes_{0};
  std::uint64_t held_requests_{0};
  commit_pace pace_;
  writer_state state_{writer_state::idle};
  std::uint64_t turn_{0};  ///< how often the writer was sent to take a group
  bool draining_{false};
  std::function<void()> emptied_;
};

}  // namespace eventmgr
