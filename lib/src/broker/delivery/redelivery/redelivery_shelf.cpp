#include "broker/delivery/redelivery/redelivery_shelf.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {

void redelivery_shelf::remove(const redelivery_source& source) {
  std::erase_if(sources_, [&](const auto& each) { return each.get() == &source; });
}

void redelivery_shelf::superseded(log_place place) {
  if (sources_.empty()) return;
  // One that comes to its end by this is removed.
  const auto all = sources_;
  for (const auto& each : all) each->superseded(place);
}

std::size_t redelivery_shelf::room(const subscription_options& options, bool leases, time now) const noexcept {
  const bool live = last_live_ && now < *last_live_ + courtesy;
  const std::size_t part = std::max<std::size_t>(1, options.max_concurrency / (live ? 8 : 2));
  const std::size_t most = leases ? part : part * options.batch_size;
  return most > in_flight_ ? most - in_flight_ : 0;
}

void redelivery_shelf::passed_over(std::size_t events, time now) {
  if (events > 0) last_live_ = now;
  passed_over_ = sources_.empty() ? 0 : passed_over_ + events;
}

bool redelivery_shelf::offers() {
  return std::ranges::any_of(sources_, [](const auto& each) { return each->front() != nullptr; });
}

std::vector<flight> redelivery_shelf::take(
    std::size_t limit, const std::function<bool(const redelivery& item, const std::vector<flight>& with)>& allowed) {
  std::vector<flight> taken;
  for (std::size_t i = 0; i < sources_.size() && taken.empty(); ++i) {
    const std::shared_ptr<redelivery_source> source = sources_[(turn_ + i) % sources_.size()];
    while (taken.size() < limit) {
      const redelivery* next = source->front();
      if (!next || !allowed(*next, taken)) break;
      redelivery item = source->take();
      taken.push_back({.place = item.place,
                       .record = std::move(item.record),
                       .json = std::move(item.json),
                       .attempt = item.attempt,
                       .again = std::make_shared<redelivery_mark>(redelivery_mark{.source = source,
                                                                                  .ticket = item.ticket,
                                                                                  .event = item.event,
                                                                                  .first_attempt = item.first_attempt,
                                                                                  .replay = item.replay,
                                                                                  .by = item.by})});
    }
  }
  if (!sources_.empty()) turn_ = (turn_ + 1) % sources_.size();
  if (!taken.empty()) passed_over_ = 0;
  in_flight_ += taken.size();
  return taken;
}

}  // namespace eventmgr
