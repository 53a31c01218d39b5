#include "transport/ws/ws_tail.hpp"

#include "transport/ws/ws_message.hpp"

#include <utility>

namespace eventmgr::transport {

ws_tail::ws_tail(std::string id, std::shared_ptr<ws_sender> sender, std::function<void()> ended)
    : id_{std::move(id)},
      sender_{std::move(sender)},
      on_ended_{std::move(ended)},
      head_{event_message_begin(id_)},
      begin_size_{head_.size()} {}

bool ws_tail::attach(subscription_id subscription) {
  const std::lock_guard lock{mutex_};
  subscription_ = subscription;
  announce();
  return announced_ && std::exchange(refused_, false);
}

void ws_tail::detach() {
  const std::lock_guard lock{mutex_};
  detached_ = true;
}

bool ws_tail::answered() const {
  const std::lock_guard lock{mutex_};
  return announced_ || ended_;
}

bool ws_tail::over() const {
  const std::lock_guard lock{mutex_};
  return ended_;
}

bool ws_tail::take_refusal() {
  const std::lock_guard lock{mutex_};
  return std::exchange(refused_, false);
}

void ws_tail::opened(const position& start) {
  const std::lock_guard lock{mutex_};
  start_ = start;
  announce();
}

void ws_tail::announce() {
  if (detached_ || announced_ || !subscription_ || !start_) return;
  announced_ = true;
  sender_->reply(codec::websocket::opcode::text, subscribed_message(id_, *subscription_, *start_));
}

bool ws_tail::offer(const tail_offer& item) {
  const std::lock_guard lock{mutex_};
  if (detached_) return true;
  if (announced_) {
    head_.resize(begin_size_);
    append_to(head_, item.place);
    head_ += event_message_middle;
    if (sender_->offer(head_, item.json, event_message_end)) return true;
  }
  refused_ = true;
  return false;
}

void ws_tail::gap(const position& from, const position& to) {
  const std::lock_guard lock{mutex_};
  if (!detached_) sender_->reply(codec::websocket::opcode::text, gap_message(id_, from, to));
}

void ws_tail::ended(const failure& why) {
  {
    const std::lock_guard lock{mutex_};
    if (detached_) return;
    ended_ = true;
    sender_->reply(codec::websocket::opcode::text, error_message(id_, why));
  }
  on_ended_();
}

}  // namespace eventmgr::transport
