#include "delivery/websocket/peer_connection.hpp"

#include "codec/websocket_deflate.hpp"

#include <algorithm>

namespace eventmgr::delivery {

namespace ws = codec::websocket;

namespace {

// What the buffer of frames may keep between flushes.
constexpr std::size_t kept_capacity = 64U << 10U;

constexpr int deflate_window_bits = 15;

}  // namespace

peer_connection::peer_connection(delivery_io& io, const link_settings& settings, user& owner)
    : settings_{settings},
      owner_{owner},
      key_{ws::make_client_key()},
      stream_{make_byte_stream(io, settings.to, *this)},
      handshake_{key_, settings.compression} {}

void peer_connection::open() { stream_->open(clock::now() + settings_.limits.connect_timeout); }

void peer_connection::on_open() {
  stream_->set_deadline(clock::now() + settings_.limits.connect_timeout);
  stream_->write(ws::make_request({.authority = settings_.to.authority,
                                   .target = settings_.to.target,
                                   .key = key_,
                                   .offer_deflate = settings_.compression,
                                   .headers = settings_.headers}));
}

void peer_connection::on_bytes(std::string_view bytes) {
  last_received_ = clock::now();
  if (!parser_ && !shake_hands(bytes)) return;
  for (;;) {
    const ws::parse_event event = parser_->next(bytes);
    if (event == ws::parse_event::need_more) break;
    if (!take(event)) return;
  }
  flush();
}

bool peer_connection::shake_hands(std::string_view& bytes) {
  switch (handshake_.next(bytes)) {
    case ws::client_handshake::outcome::need_more:
      return false;
    case ws::client_handshake::outcome::refused:
      end(handshake_.why());
      return false;
    case ws::client_handshake::outcome::open:
      break;
  }
  parser_ = std::make_unique<ws::parser>(ws::parser_options{.reader = ws::role::client,
                                                            .max_message_bytes = settings_.limits.max_message_bytes,
                                                            .deflate = handshake_.deflate()});
  last_ping_ = last_received_;
  set_deadline();
  owner_.on_open();
  return true;
}

bool peer_connection::take(ws::parse_event event) {
  switch (event) {
    case ws::parse_event::need_more:
    case ws::parse_event::pong:
      return true;
    case ws::parse_event::text:
      owner_.on_text(parser_->payload());
      return true;
    case ws::parse_event::binary:
      end(ws::close_code::unsupported_data, "the peer sent a binary message");
      return false;
    case ws::parse_event::ping:
      answer_ping();
      return true;
    case ws::parse_event::close:
      end(ws::close_code::normal,
          "the peer closed the connection (" + std::to_string(parser_->peer_close_code()) + ")");
      return false;
    case ws::parse_event::failed:
      end(parser_->error_code(), "the peer broke the protocol: " + std::string{parser_->error_reason()});
      return false;
  }
  return true;
}

/// A peer that asks and does not read gets no more answers than fit.
void peer_connection::answer_ping() {
  if (unsent() < settings_.limits.buffer_bytes) {
    ws::append_client_frame(waiting_, ws::opcode::pong, parser_->payload(), keys_.next());
  }
}

void peer_connection::add_text(std::string_view message) {
  if (handshake_.deflate() && message.size() >= settings_.limits.deflate_threshold) {
    const std::string_view packed = ws::deflate_message(message, deflate_window_bits);
    if (packed.size() < message.size()) {
      return ws::append_client_frame(waiting_, ws::opcode::text, packed, keys_.next(), true);
    }
  }
  ws::append_client_frame(waiting_, ws::opcode::text, message, keys_.next());
}

void peer_connection::flush() {
  if (waiting_.empty()) return;
  stream_->write(waiting_);
  if (waiting_.capacity() > kept_capacity) waiting_ = std::string{};
  waiting_.clear();
}

void peer_connection::on_drained() { owner_.on_drained(); }

void peer_connection::on_deadline() {
  if (!parser_) return end("no answer to the handshake in time");
  const auto now = clock::now();
  if (now >= last_received_ + settings_.limits.idle_timeout) {
    return end(ws::close_code::policy_violation, "nothing was heard of the peer, not even an answer to pings");
  }
  if (now >= last_ping_ + settings_.limits.heartbeat) {
    last_ping_ = now;
    if (unsent() < settings_.limits.buffer_bytes) ws::append_client_frame(waiting_, ws::opcode::ping, {}, keys_.next());
    flush();
  }
  set_deadline();
}

void peer_connection::set_deadline() {
  stream_->set_deadline(
      std::min(last_ping_ + settings_.limits.heartbeat, last_received_ + settings_.limits.idle_timeout));
}

void peer_connection::on_end(const stream_end& why) { owner_.on_end(why.why); }

void peer_connection::close(ws::close_code code, std::string_view reason) {
  if (parser_) {
    ws::append_client_close_frame(waiting_, code, reason, keys_.next());
    flush();
  }
  stream_->close();
}

void peer_connection::end(ws::close_code code, const std::string& why) {
  close(code, {});
  owner_.on_end(why);
}

/// `why` may be this connection's own: the owner is told a copy.
void peer_connection::end(const std::string& why) {
  stream_->close();
  owner_.on_end(std::string{why});
}

}  // namespace eventmgr::delivery
