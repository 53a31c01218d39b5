#pragma once

#include "broker/delivery/redelivery/requeue_job.hpp"
#include "ports/event_store.hpp"
#include "ports/redelivery_texts.hpp"

#include <eventmgr/explanation.hpp>

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace eventmgr {

/// What is kept of a requeue plan or a replay.
struct redelivery_facts {
  time_point asked_at{};
  bool goes_on{false};
  bool cut_short{false};  ///< it was stopped or cancelled
  std::optional<bool> single{};
  std::optional<bool> edited{};
};

/// Tells what requeues and replays did with one event: by the attempts that were made for them, and by what is kept of
/// the plans and replays. For a query's thread; throws what the store throws.
class redelivery_notes {
 public:
  using plans = std::shared_ptr<const std::vector<requeue_under_way>>;

  redelivery_notes(event_store& store, const redelivery_texts& texts, plans under_way)
      : store_{store}, texts_{texts}, under_way_{std::move(under_way)} {}

  /// Of a delivery whose log and dead letter are known, in the order in which they were asked for.
  std::vector<redelivery_note> of(const event_delivery& delivery);

 private:
  const std::optional<redelivery_facts>& look_up(const uuid& id);
  std::optional<redelivery_facts> read(const uuid& id);
  void complete(redelivery_note& note, time_point last_began, const event_delivery& delivery);
  void add_untried(std::vector<redelivery_note>& to, const dead_letter_note& letter);
  bool selects(const requeue_under_way& plan, const dead_letter_note& letter);

  event_store& store_;
  const redelivery_texts& texts_;
  const plans under_way_;
  std::map<uuid, std::optional<redelivery_facts>> known_;
};

}  // namespace eventmgr
