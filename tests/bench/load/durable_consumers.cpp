#include "bench/load/durable_consumers.hpp"

#include "bench/wire/http_reader.hpp"
#include "bench/wire/http_session.hpp"
#include "bench/wire/ws_reader.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace eventmgr::bench {

namespace {

constexpr std::string_view ack_id_key = R"("ackId":")";
constexpr std::string_view ack_begin = R"({"type":"ack","subscription":"c","ackIds":[")";
constexpr std::string_view ack_end = R"("]})";

/// The acknowledgement ids of all events in a message. They come before the events, and no event has such a member.
template <class Found>
void for_each_ack_id(std::string_view message, Found found) {
  for (auto at = message.find(ack_id_key); at != std::string_view::npos; at = message.find(ack_id_key, at)) {
    at += ack_id_key.size();
    found(message.substr(at, message.find('"', at) - at));
  }
}

}  // namespace

class durable_consumers::consumer final : public io_handler {
 public:
  consumer(durable_consumers& owner, const endpoint& where)
      : owner_(owner),
        fd_(connect_to(where)),
        frames_([this](ws_opcode opcode, std::string_view payload) { take_frame(opcode, payload); }) {
    write_all(fd_.get(), ws_upgrade_request("/ws", where.authority()));
    set_non_blocking(fd_.get());
    owner_.loop_.add(fd_.get(), EPOLLIN, *this);
  }

  ~consumer() override { owner_.loop_.remove(fd_.get()); }

  consumer(const consumer&) = delete;
  consumer& operator=(const consumer&) = delete;

  void ready(std::uint32_t epoll_events) override {
    if ((epoll_events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read();
    end_ack_frame();
    flush();
  }

 private:
  void read() {
    const auto room = upgraded_ ? std::span<char>(owner_.read_buffer_) : handshake_.space();
    const auto count = ::recv(fd_.get(), room.data(), room.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0) throw_errno("recv");
    if (count == 0) throw std::runtime_error("the server closed a consumer's connection");
    if (upgraded_) {
      frames_.feed({room.data(), static_cast<std::size_t>(count)});
    } else {
      handshake_.received(static_cast<std::size_t>(count));
      finish_handshake();
    }
  }

  void finish_handshake() {
    const auto answer = handshake_.next();
    if (!answer) return;
    if (answer->status != 101) throw std::runtime_error("no WebSocket: " + std::string(answer->body));
    upgraded_ = true;
    append_client_frame(unsent_, ws_opcode::text,
                        R"({"type":"subscribe","id":"c","topic":"#","durable":")" + owner_.shape_.durable +
                            R"(","options":)" + owner_.shape_.options + "}");
    frames_.feed(handshake_.rest());
  }

  void take_frame(ws_opcode opcode, std::string_view payload) {
    if (opcode == ws_opcode::text) {
      take_message(payload);
    } else if (opcode == ws_opcode::ping) {
      append_client_frame(unsent_, ws_opcode::pong, payload);
    } else if (opcode == ws_opcode::close) {
      throw std::runtime_error("the server closed a consumer");
    }
  }

  void take_message(std::string_view message) {
    if (message.starts_with(R"({"type":"event)")) {
      for_each_ack_id(message, [this](std::string_view id) { acknowledge(id); });
      owner_.meter_.take(message);
    } else if (message.starts_with(R"({"type":"subscribed")")) {
      ++owner_.attached_;
    } else if (!message.starts_with(R"({"type":"heartbeat")") && owner_.complaint_.empty()) {
      owner_.complaint_ = message.substr(0, 300);
    }
  }

  void acknowledge(std::string_view id) {
    if (acks_.empty()) {
      acks_.append(ack_begin);
    } else {
      acks_.append(R"(",")");
    }
    acks_.append(id);
    if (++ack_count_ >= owner_.shape_.acks_per_frame) end_ack_frame();
  }

  void end_ack_frame() {
    if (acks_.empty()) return;
    append_client_frame(unsent_, ws_opcode::text, acks_.append(ack_end));
    acks_.clear();
    ack_count_ = 0;
  }

  void flush() {
    std::size_t sent = 0;
    while (sent < unsent_.size()) {
      const auto count = ::send(fd_.get(), unsent_.data() + sent, unsent_.size() - sent, MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno != EAGAIN) throw_errno("send");
      if (count < 0) break;
      sent += static_cast<std::size_t>(count);
    }
    unsent_.erase(0, sent);
    const bool wants_write = !unsent_.empty();
    if (wants_write == wants_write_) return;
    owner_.loop_.change(fd_.get(), wants_write ? EPOLLIN | EPOLLOUT : EPOLLIN, *this);
    wants_write_ = wants_write;
  }

  durable_consumers& owner_;
  unique_fd fd_;
  bool upgraded_{false};
  bool wants_write_{false};
  http_reader handshake_;
  ws_reader frames_;
  std::string acks_;  ///< a message that is being made
  std::size_t ack_count_{0};
  std::string unsent_;
};

durable_consumers::durable_consumers(event_loop& loop, delivery_meter& meter, consumer_shape shape)
    : loop_(loop), meter_(meter), shape_(std::move(shape)) {}

durable_consumers::~durable_consumers() = default;

void durable_consumers::attach(const endpoint& where, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) consumers_.push_back(std::make_unique<consumer>(*this, where));
  const auto deadline = steady_clock::now() + std::chrono::minutes(1);
  if (!loop_.run_until(deadline, [&] { return attached_ == count || !complaint_.empty(); }) || !complaint_.empty()) {
    throw std::runtime_error("the consumers were not attached: " + complaint_);
  }
}

}  // namespace eventmgr::bench
