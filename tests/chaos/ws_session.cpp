#include "chaos/ws_session.hpp"

#include "bench/wire/http_session.hpp"
#include "support/eventually.hpp"

#include <poll.h>

#include <stdexcept>
#include <utility>
#include <vector>

namespace eventmgr::chaos {

ws_session::ws_session(const bench::endpoint& where, std::string_view target)
    : fd_(bench::connect_to(where)),
      frames_([this](bench::ws_opcode opcode, std::string_view payload) { take_frame(opcode, payload); }) {
  bench::set_timeouts(fd_.get(), testing::default_patience);
  bench::write_all(fd_.get(), bench::ws_upgrade_request(target, where.authority()));
  bench::http_reader handshake;
  for (;;) {
    if (const auto answer = handshake.next()) {
      if (answer->status != 101) throw std::runtime_error("no WebSocket: " + std::string(answer->body));
      break;
    }
    handshake.received(bench::read_some(fd_.get(), handshake.space()));
  }
  frames_.feed(handshake.rest());
}

void ws_session::send_text(std::string_view text) {
  std::string frame;
  bench::append_client_frame(frame, bench::ws_opcode::text, text);
  bench::write_all(fd_.get(), frame);
}

void ws_session::send_half(std::string_view text) {
  std::string frame;
  bench::append_client_frame(frame, bench::ws_opcode::text, text);
  bench::write_all(fd_.get(), std::string_view(frame).substr(0, frame.size() / 2));
}

std::optional<std::string> ws_session::next(std::chrono::milliseconds limit) {
  std::vector<char> chunk(65536);
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (messages_.empty()) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd readable{fd_.get(), POLLIN, 0};
    if (left.count() < 0 || ::poll(&readable, 1, static_cast<int>(left.count())) == 0) return std::nullopt;
    frames_.feed({chunk.data(), bench::read_some(fd_.get(), chunk)});
  }
  auto message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

void ws_session::take_frame(bench::ws_opcode opcode, std::string_view payload) {
  if (opcode == bench::ws_opcode::text) {
    messages_.emplace_back(payload);
  } else if (opcode == bench::ws_opcode::ping) {
    std::string pong;
    bench::append_client_frame(pong, bench::ws_opcode::pong, payload);
    bench::write_all(fd_.get(), pong);
  } else if (opcode == bench::ws_opcode::close) {
    throw std::runtime_error("the server closed the WebSocket");
  }
}

}  // namespace eventmgr::chaos
