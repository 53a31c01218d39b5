#pragma once

#include "broker/delivery/matching.hpp"
#include "broker/delivery/ordering_key.hpp"
#include "broker/recent_reads.hpp"
#include "broker/sequencer.hpp"
#include "core/delivery/exception_table.hpp"
#include "core/delivery/lane_window.hpp"
#include "ports/event_store.hpp"
#include "ports/executor.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr {

/// An event that waits in its lane, with what is asked of it before it goes. One that came live is a reference into the
/// tail ring, one that was read from the store is held until it is sent.
struct waiting_event {
  offset seq{};
  priority urgency{priority::critical};
  time_point expires_at{time_point::max()};
  std::string ordering{};  ///< the topic or key whose order it keeps; empty: none
  std::shared_ptr<const event> record{};
  std::shared_ptr<const std::string> json{};
};

/// What the lanes of one subscription work with. `rules` and the functions are used on the core's thread only, and not
/// once the lane is closed.
struct lane_context {
  sequencer& flow;
  event_store& store;
  executor& core;
  executor& readers;
  const document_reader& documents;
  recent_reads& reads;
  const matching_history& rules;
  delivery_ordering ordering;
  std::uint32_t read_batch;
  /// What is known already of an event that the scan meets: `outstanding` if nothing is.
  std::function<delivery_outcome(log_place)> known{};
  /// Called when more may be waiting, or the floor may move; or when the store could not be read: ask again later.
  std::function<void(bool store_failed)> progressed{};
};

/// One lane of one subscription in one partition: its settlement, and a small window of the events that wait.
///
/// It is *live* while it has taken every event up to the head; the sequencer then hands it each event, of which it
/// keeps the offset. When its window is full it is *behind*, takes nothing more from the sequencer, and reads on from
/// its scan position when there is room: from the store, by topic and priority, then from the tail ring, on the core's
/// thread, until it meets the head. So a backlog costs no memory, and the seam between both ways has neither gap nor
/// repeat.
///
/// Used on the core's thread.
class lane_feed : public std::enable_shared_from_this<lane_feed> {
 public:
  /// Events without outcome, in the lane and in flight.
  static constexpr std::size_t max_window = 1000;

  /// Takes events of `priorities` after `floor`. `lane` is what its rows are filed under.
  lane_feed(std::shared_ptr<const lane_context> context, partition_id partition, priority lane, priority_set priorities,
            offset floor);

  /// An event on the subscription's topics, of one of the lane's priorities, that passes its filter. True: it waits.
  bool take_live(const shared_event& entry);

  /// Reads on, if the lane is behind and has room.
  void refill();

  /// The event at `index` of those that wait, perhaps without its record.
  const waiting_event& at(std::size_t index) const { return waiting_[index]; }

  /// Fetches its record. False if the tail ring has lost it: then it is being read from the store.
  bool look(std::size_t index);

  /// Takes an event out; with its record, if `look` has fetched that.
  waiting_event take(std::size_t index);

  /// An event that was taken comes back, in its place.
  void give_back(std::shared_ptr<const event> record, std::shared_ptr<const std::string> json);

  std::size_t waiting() const noexcept { return waiting_.size(); }

  /// How many wait before that one; nullopt if it does not wait here.
  std::optional<std::size_t> waiting_before(offset seq) const noexcept;

  /// What lies first in this lane is not known yet: it is being read, or is to be.
  bool unknown() const noexcept {
    return loading_ || (mode_ != mode::live && waiting_.empty() && window_.size() < max_window);
  }
  bool live() const noexcept { return mode_ == mode::live; }

  /// Takes in nothing more, until `release`: by which rule it is to be judged is being decided.
  void hold();
  void release() noexcept { held_ = false; }

  /// Nothing is called back any more.
  void close() noexcept { closed_ = true; }

  lane_window& window() noexcept { return window_; }
  /// Moves the scan of a live lane to the head.
  void follow_head();

  /// The floor as it would be written now.
  offset floor_now() const noexcept {
    return mode_ == mode::live && window_.size() == 0 ? context_->flow.ring(partition_).head() : window_.floor();
  }

  partition_id partition() const noexcept { return partition_; }
  priority lane() const noexcept { return lane_; }
  const priority_set& priorities() const noexcept { return priorities_; }

  /// What was last put into a commit as the floor.
  offset written_floor{};

 private:
  enum class mode : std::uint8_t { live, behind, reading };

  struct page {
    std::vector<waiting_event> matched{};
    offset scanned_through{};
    bool failed{false};
  };

  bool has_room() const noexcept;
  void walk_ring();
  void read_page(offset through);
  page read(const log_request& request, const matching_rule& rule) const;
  void take_page(page read);
  waiting_event reference_to(const event& record) const;
  bool enter(waiting_event item);
  void load_lost(std::size_t index);
  void take_lost(const std::vector<waiting_event>& found, bool failed);

  const std::shared_ptr<const lane_context> context_;
  const partition_id partition_;
  const priority lane_;
  const priority_set priorities_;
  lane_window window_;
  std::deque<waiting_event> waiting_;
  std::uint64_t held_bytes_{0};
  mode mode_{mode::behind};
  bool loading_{false};  ///< events that the ring has lost are being read
  bool held_{false};
  bool closed_{false};
};

}  // namespace eventmgr
