#include "broker/delivery/redelivery/replay_count.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {

replay_count::replay_count(delivery_context& context, std::shared_ptr<const replay_selection> what, position from,
                           position to, reply<replay_tally> done)
    : context_{context}, what_{std::move(what)}, to_{std::move(to)}, done_{std::move(done)} {
  state_.at = std::move(from);
  state_.tally.by_subscription.resize(what_->subscriptions());
}

void replay_count::slice(query_step step) {
  context_.desk.ask<state>(
      [self = shared_from_this(), from = state_]() -> result<state> { return count(*self->what_, self->to_, from); },
      [self = shared_from_this()](result<state> next) {
        if (!self->done_) return;
        if (!next) return std::exchange(self->done_, nullptr)(next.error());
        self->state_ = std::move(*next);
        if (!self->state_.complete) return self->slice(query_step::later);
        std::exchange(self->done_, nullptr)(std::move(self->state_.tally));
      },
      step);
}

replay_count::state replay_count::count(const replay_selection& what, const position& to, state from) {
  state now = std::move(from);
  std::size_t pages = 0;
  for (std::size_t p = 0; p < to.after.size(); ++p) {
    while (now.at.after[p] < to.after[p]) {
      if (pages++ == pages_per_slice) return now;
      const auto page = what.read({static_cast<std::uint16_t>(p)}, now.at.after[p], to.after[p], events_per_page);
      for (const auto& each : page.events) {
        ++now.tally.events;
        for (std::size_t i = 0; i < each.takers.size(); ++i) now.tally.by_subscription[i] += each.takers[i] ? 1 : 0;
        const time_point at = each.record->received_at;
        now.tally.first = std::min(now.tally.first.value_or(at), at);
        now.tally.last = std::max(now.tally.last.value_or(at), at);
      }
      now.at.after[p] = page.scanned_through;
    }
  }
  now.complete = true;
  return now;
}

}  // namespace eventmgr
