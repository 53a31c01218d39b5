#pragma once

#include "broker/delivery/durable_subscription.hpp"
#include "broker/recent_reads.hpp"
#include "ports/document_reader.hpp"
#include "ports/event_store.hpp"

#include <eventmgr/position.hpp>
#include <eventmgr/subscription.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace eventmgr {

/// Finds the place up to which a subscription's backlog lies beyond a limit. What counts are the events that it gets
/// and that have no outcome, are no exceptions and are not skipped already: from the newest back, in each partition.
/// Where only the index of topics need be asked, it is; else the events are read and judged.
///
/// Made on the core's thread, of how things stand then; walks on one reader's thread at a time.
class backlog_walk {
 public:
  backlog_walk(event_store& store, const document_reader& documents, recent_reads& reads,
               const durable_subscription& of, const position& heads, const backlog_limit& limit, time_point now);

  /// Goes on for a bounded while. Throws `error` with `store_unavailable`.
  void step();
  bool over() const noexcept { return current_ == parts_.size(); }

  /// Once it is over: what lies up to here is too much; 0 where nothing is.
  const position& edge() const noexcept { return edge_; }

 private:
  /// A run of offsets in which one rule holds, and some lanes have not looked yet.
  struct stretch {
    offset after{};
    offset through{};
    priority_set priorities{};  ///< of these lanes; empty: nothing need be asked of the store
    matching_history::rule_ptr rule{};
    bool by_index{false};  ///< every event on the topics is the subscription's
  };
  struct part {
    partition_id partition{};
    std::vector<offset> known{};       ///< without outcome, of those that the lanes have looked at; the newest first
    std::vector<stretch> stretches{};  ///< the newest last
  };

  part part_of(const durable_subscription& of, partition_id partition, offset head) const;
  void begin_part();
  void end_part();
  /// Whether there are too few on the topics to be worth any reading.
  bool few(const part& in);
  void walk_index(part& in);
  void walk_page(part& in);
  void take_known(part& in);
  std::vector<offset> judge(const part& in, const stretch& what, offset after);
  log_request request(const part& in, const stretch& what) const;

  event_store& store_;
  const document_reader& documents_;
  recent_reads& reads_;
  const backlog_limit limit_;
  const time_point now_;
  std::vector<part> parts_;
  std::size_t current_{0};
  bool begun_{false};      ///< with the current part
  std::uint64_t left_{0};  ///< so many more, of the current part, until one is too many
  position edge_;
};

}  // namespace eventmgr
