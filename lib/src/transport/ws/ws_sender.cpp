#include "transport/ws/ws_sender.hpp"

#include "codec/websocket_deflate.hpp"

#include <utility>

namespace eventmgr::transport {

namespace ws = codec::websocket;

ws_sender::ws_sender(settings values, hooks connection)
    : settings_{values},
      hooks_{std::move(connection)},
      outbox_{values.outbox_bytes, hooks_.flush, [this] { refused_ = true; }} {}

bool ws_sender::offer(std::string_view head, std::string_view body, std::string_view tail) {
  if (const auto packed = compress(head, body, tail)) {
    return outbox_.try_append({ws::frame_header::of_message(ws::opcode::text, packed->size(), true).view(), *packed});
  }
  const std::size_t size = head.size() + body.size() + tail.size();
  return outbox_.try_append({ws::frame_header::of_message(ws::opcode::text, size).view(), head, body, tail});
}

void ws_sender::stage(std::string& frames, std::string_view head, std::string_view body, std::string_view tail) const {
  if (const auto packed = compress(head, body, tail)) {
    ws::append_frame_header(frames, ws::opcode::text, packed->size(), true);
    frames += *packed;
    return;
  }
  ws::append_frame_header(frames, ws::opcode::text, head.size() + body.size() + tail.size());
  frames.append(head).append(body).append(tail);
}

/// What the message compresses to, valid until the thread's next call; nothing where it is to be sent as it is.
std::optional<std::string_view> ws_sender::compress(std::string_view head, std::string_view body,
                                                    std::string_view tail) const {
  const std::size_t size = head.size() + body.size() + tail.size();
  if (settings_.deflate_window_bits == 0 || size < settings_.deflate_threshold) return std::nullopt;
  thread_local std::string message;
  if (message.capacity() > settings_.outbox_bytes) message = std::string{};
  message.clear();
  message.append(head).append(body).append(tail);
  const std::string_view packed = ws::deflate_message(message, settings_.deflate_window_bits);
  if (packed.size() >= size) return std::nullopt;
  return packed;
}

void ws_sender::reply(ws::opcode op, std::string_view payload) {
  std::string frame;
  frame.reserve(payload.size() + 10);
  ws::append_frame(frame, op, payload);
  reply_bytes_.fetch_add(frame.size(), std::memory_order_relaxed);
  outbox_.append(frame);
}

void ws_sender::settle(ws::opcode op, std::string_view payload) {
  reply(op, payload);
  // After the answer, so that whoever finds nothing owed finds it waiting to be sent.
  if (owed_.fetch_sub(1) == 1 && ending_) hooks_.flush();
}

void ws_sender::close(ws::close_code code, std::string reason) { hooks_.close(code, std::move(reason)); }

bool ws_sender::take(std::string& into) {
  reply_bytes_.store(0, std::memory_order_relaxed);
  return outbox_.take(into);
}

}  // namespace eventmgr::transport
