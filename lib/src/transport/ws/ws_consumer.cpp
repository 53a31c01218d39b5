#include "transport/ws/ws_consumer.hpp"

#include "codec/delivery_body.hpp"
#include "transport/ws/ws_message.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr::transport {

namespace ws = codec::websocket;

namespace {

// What the scratch buffers may keep between offers.
constexpr std::size_t kept_capacity = 64U << 10U;

void clear_large(std::string& text) {
  if (text.capacity() > kept_capacity) text = std::string{};
  text.clear();
}

}  // namespace

ws_consumer::ws_consumer(std::string id, std::shared_ptr<ws_sender> sender, std::function<void()> ended)
    : id_{std::move(id)}, sender_{std::move(sender)}, on_ended_{std::move(ended)} {}

void ws_consumer::detach() {
  const std::lock_guard lock{mutex_};
  detached_ = true;
}

bool ws_consumer::answered() const {
  const std::lock_guard lock{mutex_};
  return announced_ || ended_;
}

bool ws_consumer::over() const {
  const std::lock_guard lock{mutex_};
  return ended_;
}

bool ws_consumer::take_refusal() {
  const std::lock_guard lock{mutex_};
  return std::exchange(refused_, false);
}

void ws_consumer::attached(const subscription_info& info, const position& settled) {
  const std::lock_guard lock{mutex_};
  if (detached_) return;
  batch_size_ = info.definition.options.batch_size;
  format_ = info.definition.options.format;
  announced_ = true;
  sender_->reply(ws::opcode::text, subscribed_message(id_, info.id, settled));
}

bool ws_consumer::offer(std::span<const leased_event> events) {
  const std::lock_guard lock{mutex_};
  if (detached_) return false;
  clear_large(frames_);
  clear_large(text_);
  while (!events.empty()) {
    const std::size_t size = std::min<std::size_t>(batch_size_, events.size());
    if (batch_size_ > 1) {
      stage_batch(events.first(size));
    } else {
      stage_event(events.front());
    }
    events = events.subspan(size);
  }
  if (sender_->offer_staged(frames_)) return true;
  refused_ = true;
  return false;
}

void ws_consumer::stage_event(const leased_event& leased) {
  const ws::event_item item = item_of(leased);
  text_.clear();
  ws::append_event_head(text_, id_, item);
  sender_->stage(frames_, text_, item.data, event_message_end);
}

void ws_consumer::stage_batch(std::span<const leased_event> items) {
  text_.clear();
  ws::begin_events(text_, id_);
  for (const leased_event& leased : items) ws::append_events_item(text_, item_of(leased));
  sender_->stage(frames_, text_, ws::events_end, {});
}

/// Valid until the next call.
ws::event_item ws_consumer::item_of(const leased_event& leased) {
  const outgoing_event& given = leased.event;
  ws::event_item item{
      .ack_id = leased.ack_id, .attempt = given.attempt, .place = &leased.place, .replay = given.replay};
  if (format_ == delivery_format::native) {
    item.data = *given.json;
  } else {
    rendered_ = codec::render_delivery(format_, codec::body_shape::single, {&given, 1}).text;
    item.data = rendered_;
  }
  return item;
}

void ws_consumer::ended(const failure& why) {
  {
    const std::lock_guard lock{mutex_};
    if (detached_) return;
    ended_ = true;
    sender_->reply(ws::opcode::text, error_message(id_, why));
  }
  on_ended_();
}

}  // namespace eventmgr::transport
