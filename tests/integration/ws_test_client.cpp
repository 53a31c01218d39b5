#include "integration/ws_test_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace eventmgr::test {

namespace ws = codec::websocket;

namespace {

constexpr std::uint32_t masking_key = 0x5A17C3E9;

}  // namespace

ws_test_client::ws_test_client(std::uint16_t port, int receive_buffer) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
  if (receive_buffer > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    throw std::runtime_error{"cannot connect"};
  }
}

ws_test_client::~ws_test_client() { ::close(socket_); }

void ws_test_client::open(std::string_view target, std::string_view extra) {
  std::string request{"GET "};
  request += target;
  request +=
      " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  request += extra;
  request += "\r\n";
  send(request);
  const testing::wait_limit limit;
  std::size_t end = std::string::npos;
  while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more(limit)) throw std::runtime_error{"no answer to the handshake"};
  }
  if (!input_.starts_with("HTTP/1.1 101 ")) throw std::runtime_error{"the handshake was refused: " + input_};
  input_.erase(0, end + 4);
}

void ws_test_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0) throw std::runtime_error{"cannot send"};
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

std::size_t ws_test_client::send_some(std::string_view bytes) {
  const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return size < 0 ? 0 : static_cast<std::size_t>(size);
}

void ws_test_client::send_text(std::string_view text) { send_frame(ws::opcode::text, text); }

void ws_test_client::send_frame(ws::opcode op, std::string_view payload) {
  std::string frame;
  ws::append_client_frame(frame, op, payload, masking_key);
  send(frame);
}

std::string ws_test_client::receive_text() {
  const testing::wait_limit limit;
  for (;;) {
    switch (receive(limit)) {
      case ws::parse_event::text:
        return payload_;
      case ws::parse_event::ping:
      case ws::parse_event::pong:
        break;
      default:
        throw std::runtime_error{"not a text message: " + payload_};
    }
  }
}

ws::parse_event ws_test_client::receive() { return receive(testing::wait_limit{}); }

ws::parse_event ws_test_client::receive(const testing::wait_limit& limit) {
  for (;;) {
    std::string_view rest = input_;
    const ws::parse_event event = parser_.next(rest);
    input_.erase(0, input_.size() - rest.size());
    if (event != ws::parse_event::need_more) {
      payload_ = event == ws::parse_event::failed ? std::string{parser_.error_reason()} : parser_.payload();
      return event;
    }
    if (!read_more(limit)) throw std::runtime_error{"the connection has ended"};
  }
}

std::uint16_t ws_test_client::receive_close() {
  const testing::wait_limit limit;
  for (;;) {
    const ws::parse_event event = receive(limit);
    if (event == ws::parse_event::failed) throw std::runtime_error{"bad frame: " + payload_};
    if (event == ws::parse_event::close) return parser_.peer_close_code();
  }
}

std::string ws_test_client::receive_rest() {
  const testing::wait_limit limit;
  while (read_more(limit)) {
  }
  return input_;
}

/// False at the end of the connection.
bool ws_test_client::read_more(const testing::wait_limit& limit) {
  pollfd wanted{.fd = socket_, .events = POLLIN, .revents = 0};
  if (::poll(&wanted, 1, static_cast<int>(limit.left().count())) <= 0) throw std::runtime_error{"nothing came in time"};
  std::array<char, 65536> buffer{};
  const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (size <= 0) return false;
  input_.append(buffer.data(), static_cast<std::size_t>(size));
  return true;
}

}  // namespace eventmgr::test
