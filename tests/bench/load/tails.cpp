#include "bench/load/tails.hpp"

#include "bench/wire/http_session.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

namespace eventmgr::bench {

class tail_group::tail final : public io_handler {
 public:
  tail(tail_group& owner, const endpoint& where, std::uint64_t head)
      : last_seq(head),
        owner_(owner),
        fd_(connect_to(where)),
        frames_([this](ws_opcode opcode, std::string_view payload) { take_frame(opcode, payload); }) {
    write_all(fd_.get(), ws_upgrade_request("/ws?topic=%23", where.authority()));
    set_non_blocking(fd_.get());
    owner_.loop_.add(fd_.get(), EPOLLIN, *this);
  }

  void ready(std::uint32_t) override {
    const auto room = upgraded_ ? std::span<char>(owner_.read_buffer_) : handshake_.space();
    const auto count = ::recv(fd_.get(), room.data(), room.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0) throw_errno("recv");
    if (count == 0) throw std::runtime_error("the server closed a tail's connection");
    const auto size = static_cast<std::size_t>(count);
    if (upgraded_) {
      frames_.feed({room.data(), size});
    } else {
      handshake_.received(size);
      finish_handshake();
    }
  }

  std::uint64_t last_seq;

 private:
  void finish_handshake() {
    const auto answer = handshake_.next();
    if (!answer) return;
    if (answer->status != 101) throw std::runtime_error("no WebSocket: " + std::string(answer->body));
    upgraded_ = true;
    frames_.feed(handshake_.rest());
  }

  void take_frame(ws_opcode opcode, std::string_view payload) {
    if (opcode == ws_opcode::text) {
      owner_.received(*this, payload);
    } else if (opcode == ws_opcode::ping) {
      std::string pong;
      append_client_frame(pong, ws_opcode::pong, payload);
      write_all(fd_.get(), pong);
    } else if (opcode == ws_opcode::close) {
      throw std::runtime_error("the server closed a tail");
    }
  }

  tail_group& owner_;
  unique_fd fd_;
  bool upgraded_{false};
  http_reader handshake_;
  ws_reader frames_;
};

tail_group::tail_group(event_loop& loop, const run_clock& clock) : loop_(loop), clock_(clock) {}
tail_group::~tail_group() = default;

void tail_group::open(const endpoint& where, std::size_t count, std::uint64_t head) {
  const auto deadline = steady_clock::now() + std::chrono::minutes(1);
  tails_.reserve(count);
  // A few at a time, so that the server's backlog of connections is never the measure.
  constexpr std::size_t at_once = 64;
  while (tails_.size() < count) {
    tails_.push_back(std::make_unique<tail>(*this, where, head));
    const auto awaited = tails_.size() == count ? count : tails_.size() - std::min(tails_.size(), at_once);
    if (!loop_.run_until(deadline, [&] { return subscribed_ >= awaited; })) {
      throw std::runtime_error("the tails were not all subscribed within a minute");
    }
  }
}

void tail_group::received(tail& by, std::string_view message) {
  if (!message.starts_with(R"({"type":"event",)")) {
    if (message.starts_with(R"({"type":"subscribed")")) {
      ++subscribed_;
    } else if (!message.starts_with(R"({"type":"heartbeat")") && complaint_.empty()) {
      complaint_ = message.substr(0, 300);
    }
    return;
  }
  ++deliveries_;
  const auto seq = find_seq(message, seq_hint_).value_or(0);
  if (seq != by.last_seq + 1) ++breaks_;
  by.last_seq = seq;
  if (const auto intended = find_stamp(message, stamp_hint_)) delivery_times_.add(clock_.now() - *intended);
}

bool tail_group::wait_for(std::uint64_t seq, std::chrono::seconds limit) {
  std::size_t first_behind = 0;
  return loop_.run_until(steady_clock::now() + limit, [&] {
    while (first_behind < tails_.size() && tails_[first_behind]->last_seq >= seq) ++first_behind;
    return first_behind == tails_.size();
  });
}

}  // namespace eventmgr::bench
