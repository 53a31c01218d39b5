#include "broker/handler_sink.hpp"

#include <utility>

namespace eventmgr {

handler_sink::handler_sink(event_handler handler, executor& handlers, broker_counters& counters, const clock& time,
                           started begun)
    : queue_{std::make_shared<handler_queue>(std::move(handler), handlers, counters, time)}, begun_{std::move(begun)} {}

void handler_sink::attach(const std::shared_ptr<tail_handle>& feed) {
  queue_->when_roomy([feed] { feed->resume(); });
}

void handler_sink::opened(const position& start) {
  if (const auto begun = std::exchange(begun_, nullptr)) begun(start);
}

void handler_sink::ended(const failure& why) {
  if (const auto begun = std::exchange(begun_, nullptr)) begun(why);
}

// A handler has no way to be told of a gap; what retention removed before it was read is counted with the topic.
void handler_sink::gap(const position&, const position&) {}

bool handler_sink::offer(const tail_offer& item) {
  handler_queue::item next{.record = item.record};
  return queue_->push({&next, 1});
}

}  // namespace eventmgr
