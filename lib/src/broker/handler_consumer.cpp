#include "broker/handler_consumer.hpp"

#include <utility>
#include <vector>

namespace eventmgr {

handler_consumer::handler_consumer(event_handler handler, executor& handlers, broker_counters& counters,
                                   const clock& time, started begun)
    : queue_{std::make_shared<handler_queue>(std::move(handler), handlers, counters, time)}, begun_{std::move(begun)} {}

void handler_consumer::attach(std::shared_ptr<consumer_handle> lease) {
  std::vector<lease_result> early;
  {
    const std::lock_guard lock{mutex_};
    if (stopped_) return;
    lease_ = lease;
    early.swap(early_);
  }
  if (!early.empty()) lease->acknowledge(std::move(early));
  queue_->when_roomy([lease = std::move(lease)] { lease->resume(); });
}

void handler_consumer::stop() {
  queue_->stop();
  std::shared_ptr<consumer_handle> lease;
  const std::lock_guard lock{mutex_};
  stopped_ = true;
  lease = std::move(lease_);
}

void handler_consumer::attached(const subscription_info& info, const position& /*settled*/) {
  // Leases run while events wait for the handler: no more of them than what it can do in a part of that time.
  queue_->expect(info.definition.options.ack_timeout / 4);
  if (const auto begun = std::exchange(begun_, nullptr)) begun(info);
}

void handler_consumer::ended(const failure& why) {
  if (const auto begun = std::exchange(begun_, nullptr)) begun(why);
}

bool handler_consumer::offer(std::span<const leased_event> events) {
  std::vector<handler_queue::item> items;
  for (const leased_event& each : events) {
    items.push_back(
        {.record = each.event.record, .after = [weak = weak_from_this(), ack_id = each.ack_id](handler_result said) {
           if (const auto self = weak.lock()) self->acknowledge(ack_id, std::move(said));
         }});
  }
  return queue_->push(items);
}

void handler_consumer::acknowledge(std::string ack_id, handler_result said) {
  std::vector<lease_result> results;
  results.push_back({.ack_id = std::move(ack_id),
                     .success = said.success,
                     .retry = said.retry,
                     .error = std::move(said.error),
                     .metadata = std::move(said.metadata)});
  std::shared_ptr<consumer_handle> lease;
  {
    const std::lock_guard lock{mutex_};
    if (stopped_) return;
    lease = lease_;
    if (!lease) early_.push_back(std::move(results.front()));
  }
  if (lease) lease->acknowledge(std::move(results));
}

}  // namespace eventmgr
