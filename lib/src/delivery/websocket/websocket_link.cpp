#include "delivery/websocket/websocket_link.hpp"

#include "codec/delivery_body.hpp"
#include "codec/json_writer.hpp"
#include "codec/websocket_event.hpp"
#include "delivery/common/delivery_io.hpp"
#include "ports/clock.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace eventmgr::delivery {

namespace ws = codec::websocket;

namespace {

// What the scratch buffers may keep between messages.
constexpr std::size_t kept_capacity = 64U << 10U;

void clear_large(std::string& text) {
  if (text.capacity() > kept_capacity) text = std::string{};
  text.clear();
}

std::size_t size_of(const std::vector<outgoing_event>& events) {
  std::size_t bytes = 0;
  for (const outgoing_event& given : events) bytes += given.json->size();
  return bytes;
}

}  // namespace

websocket_link::websocket_link(delivery_io& io, link_settings settings, std::shared_ptr<settlement_target> target)
    : io_{io},
      settings_{std::move(settings)},
      target_{std::move(target)},
      trouble_{"connecting to " + settings_.to.origin},
      schedule_{settings_.limits.reconnect},
      timer_{io.context()},
      mailbox_{io.worker(), [this](std::span<delivery> given) { take(given); }} {}

void websocket_link::start() {
  io_.worker().post([self = shared_from_this()] { self->dial(); });
}

void websocket_link::stop() {
  io_.worker().post([self = shared_from_this()] {
    self->stopped_ = true;
    self->mailbox_.close();
    self->timer_.cancel();
    if (self->connection_) self->connection_->close(ws::close_code::going_away, "the subscription sends no more");
    self->connection_.reset();
  });
}

std::size_t websocket_link::capacity() {
  if (!connected_) return 0;
  const std::size_t limit = settings_.limits.buffer_bytes;
  const auto backlog = [this] { return handed_.load() + unsent_.load(); };
  if (backlog() >= limit) {
    // Looked at again after the flag is up: the other side looks at the flag after it has made room.
    room_wanted_ = true;
    if (backlog() >= limit) return 0;
  }
  const std::size_t room = limit - std::min(limit, backlog());
  return std::min(max_capacity, room / typical_bytes_ + 1);
}

void websocket_link::send(std::vector<outgoing_event> batch) {
  const std::size_t bytes = size_of(batch);
  typical_bytes_ = std::max<std::size_t>(1, (7 * typical_bytes_ + bytes) / 8);
  handed_ += bytes;
  mailbox_.put({.events = std::move(batch), .bytes = bytes});
}

std::string websocket_link::trouble() const {
  if (connected_) return {};
  const std::lock_guard lock{mutex_};
  return trouble_;
}

void websocket_link::dial() {
  dial_at_ = never;
  peer_connection::user& owner = *this;
  connection_ = std::make_unique<peer_connection>(io_, settings_, owner);
  connection_->open();
}

void websocket_link::on_open() {
  schedule_.opened(clock::now());
  flight_ = std::make_unique<flight_book>(static_cast<std::uint32_t>(random_()), settings_.ack_timeout);
  failed_ = false;
  connected_ = true;
  io_.settlements().put_ready(target_);
}

void websocket_link::on_end(const std::string& why) {
  {
    const std::lock_guard lock{mutex_};
    trouble_ = "no connection to " + settings_.to.origin + ": " + why;
  }
  if (!connected_.exchange(false)) failed_ = true;
  unsent_ = 0;
  if (flight_) {
    flight_->release(results_);
    flight_.reset();
    tell_results();
  }
  connection_.reset();
  const auto now = clock::now();
  dial_at_ = now + schedule_.ended(now, std::uniform_real_distribution<double>{}(random_));
  arm();
  io_.settlements().put_ready(target_);
}

void websocket_link::take(std::span<delivery> deliveries) {
  std::size_t bytes = 0;
  for (const delivery& given : deliveries) {
    bytes += given.bytes;
    if (connected_) {
      send_now(given);
    } else {
      release(given);
    }
  }
  if (connected_) {
    connection_->flush();
    unsent_ = connection_->unsent();
    arm();
  }
  handed_ -= bytes;
  tell_results();
  tell_room();
}

void websocket_link::send_now(const delivery& given) {
  const auto now = clock::now();
  const time_point at = io_.time().now();
  const bool batched = settings_.batch_size > 1;
  clear_large(message_);
  if (batched) ws::begin_events(message_, settings_.subscription);
  for (const outgoing_event& one : given.events) {
    const std::string ack_id = flight_->add(one.tag, now, at);
    const ws::event_item item{.ack_id = ack_id, .attempt = one.attempt, .replay = one.replay, .data = data_of(one)};
    if (batched) {
      ws::append_events_item(message_, item);
    } else {
      message_.clear();
      ws::append_event_head(message_, settings_.subscription, item);
      message_.append(item.data).append("}");
      connection_->add_text(message_);
    }
  }
  if (batched) connection_->add_text(message_.append(ws::events_end));
}

void websocket_link::release(const delivery& given) {
  for (const outgoing_event& one : given.events) {
    results_.push_back({.tag = one.tag, .outcome = delivery_result::verdict::release, .at = io_.time().now()});
  }
}

/// The event as its receiver wants it; valid until the next call.
std::string_view websocket_link::data_of(const outgoing_event& given) {
  if (settings_.format == delivery_format::native) return *given.json;
  rendered_ = codec::render_delivery(settings_.format, codec::body_shape::single, {&given, 1}).text;
  return rendered_;
}

void websocket_link::on_text(std::string& message) {
  const auto read = ws::parse_receiver_message(message);
  if (read.has_error()) return answer(read.error());
  const std::optional<ws::acknowledgement>& said = *read;
  if (!said) return;
  if (!said->subscription.empty() && said->subscription != settings_.subscription) {
    return answer({.code = errc::not_found, .message = "no such subscription on this connection"});
  }
  flight_->settle(*said, clock::now(), results_);
  tell_results();
}

/// Tells a peer what is wrong with its message, unless it has not read what it was told before.
void websocket_link::answer(const failure& why) {
  if (connection_->unsent() >= settings_.limits.buffer_bytes) return;
  std::string text = R"({"type":"error","error":{"code":")";
  text += to_string(why.code);
  text += R"(","message":)";
  codec::append_json_string(text, why.message);
  text += R"(,"details":[]}})";
  connection_->add_text(text);
}

void websocket_link::on_drained() {
  unsent_ = 0;
  tell_room();
}

void websocket_link::tell_results() {
  io_.settlements().put(target_, results_);
  results_.clear();
}

void websocket_link::tell_room() {
  if (handed_ + unsent_ < settings_.limits.buffer_bytes && room_wanted_.exchange(false)) {
    io_.settlements().put_ready(target_);
  }
}

/// Sets the timer for what comes next, unless it rings before that anyway.
void websocket_link::arm() {
  const auto expiry = flight_ ? flight_->next_deadline() : std::nullopt;
  const auto next = std::min(dial_at_, expiry.value_or(never));
  if (stopped_ || next >= armed_for_) return;
  armed_for_ = next;
  timer_.expires_at(next);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    const auto self = weak.lock();
    if (!cancelled && self && !self->stopped_) self->on_timer();
  });
}

void websocket_link::on_timer() {
  armed_for_ = never;
  const auto now = clock::now();
  if (flight_) {
    flight_->expire(now, results_);
    tell_results();
  }
  if (now >= dial_at_) dial();
  arm();
}

}  // namespace eventmgr::delivery
