#include "scripted_server.hpp"

#include "codec/websocket_handshake.hpp"
#include "support/eventually.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

namespace eventmgr::testing {
namespace {

std::size_t body_length(const std::string& head) {
  const std::string name{"Content-Length: "};
  const auto at = head.find(name);
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
}

/// The length of the first whole request in the bytes so far.
std::optional<std::size_t> request_length(const std::string& bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  const auto whole = end + 4 + body_length(bytes.substr(0, end + 2));
  if (bytes.size() < whole) return std::nullopt;
  return whole;
}

std::string fill_in(std::string answer, const std::string& request) {
  const std::string placeholder{"{accept}"};
  const std::string field{"Sec-WebSocket-Key: "};
  const auto at = answer.find(placeholder);
  const auto key = request.find(field);
  if (at == std::string::npos || key == std::string::npos) return answer;
  const auto begin = key + field.size();
  const auto accept = codec::websocket::accept_key(request.substr(begin, request.find("\r\n", begin) - begin));
  return answer.replace(at, placeholder.size(), accept);
}

}  // namespace

scripted_server::scripted_server(std::vector<script> scripts)
    : listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}, stop_{::eventfd(0, EFD_CLOEXEC)} {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::system_error{errno, std::generic_category(), "scripted_server"};
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this, lines = std::move(scripts)] { serve(lines); }};
}

scripted_server::~scripted_server() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
  thread_.join();
  ::close(listener_);
  ::close(stop_);
}

std::vector<std::string> scripted_server::requests() const {
  const std::lock_guard lock{mutex_};
  return requests_;
}

bool scripted_server::wait_for_requests(std::size_t count) const {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, default_patience, [&] { return requests_.size() >= count; });
}

bool scripted_server::wait_readable(int descriptor) const {
  std::array<pollfd, 2> watched{pollfd{descriptor, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
  ::poll(watched.data(), watched.size(), -1);
  return watched[1].revents == 0;
}

void scripted_server::serve(const std::vector<script>& scripts) {
  while (wait_readable(listener_)) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    const auto number = accepted_++;
    if (number < scripts.size()) serve_one(connection, scripts[number]);
    ::close(connection);
  }
}

bool scripted_server::read_some(int connection, std::string& bytes) const {
  std::array<char, 4096> buffer;
  if (!wait_readable(connection)) return false;
  const auto count = ::recv(connection, buffer.data(), buffer.size(), 0);
  if (count > 0) bytes.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0;
}

void scripted_server::note(std::string request) {
  const std::lock_guard lock{mutex_};
  requests_.push_back(std::move(request));
  changed_.notify_all();
}

void scripted_server::hear_out(int connection, std::string bytes) {
  while (read_some(connection, bytes)) {
  }
  if (!bytes.empty()) note(std::move(bytes));
}

void scripted_server::serve_one(int connection, const script& lines) {
  std::string bytes;
  for (const auto& line : lines) {
    std::optional<std::size_t> length;
    while (!(length = request_length(bytes))) {
      if (!read_some(connection, bytes)) return;
    }
    const auto request = bytes.substr(0, *length);
    bytes.erase(0, *length);
    note(request);
    const auto answer = fill_in(line.answer, request);
    ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
    if (line.then_close) {
      ::shutdown(connection, SHUT_WR);
      break;
    }
  }
  hear_out(connection, std::move(bytes));
}

std::string http_answer_text(int status, const std::string& body, const std::string& type,
                             const std::string& extra_headers) {
  return "HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Type: " + type + "\r\n" + extra_headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace eventmgr::testing
