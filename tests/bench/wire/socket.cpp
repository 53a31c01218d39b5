#include "bench/wire/socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>

namespace eventmgr::bench {

namespace {

constexpr std::string_view scheme = "http://";

sockaddr_in address_of(const endpoint& where) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(where.port);
  if (inet_pton(AF_INET, where.host.c_str(), &address.sin_addr) != 1) {
    throw std::runtime_error("not an IPv4 address: " + where.host);
  }
  return address;
}

void switch_on(int fd, int level, int option, const char* what) {
  const int on = 1;
  if (setsockopt(fd, level, option, &on, sizeof on) != 0) throw_errno(what);
}

}  // namespace

void unique_fd::reset(int fd) noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

endpoint parse_endpoint(std::string_view url) {
  const std::string whole(url);
  const auto complain = [&]() { throw std::runtime_error("expected http://ADDRESS:PORT, not " + whole); };
  if (!url.starts_with(scheme)) complain();
  url.remove_prefix(scheme.size());
  url = url.substr(0, url.find('/'));
  const auto colon = url.find(':');
  if (colon == std::string_view::npos) complain();

  endpoint where;
  where.host = url.substr(0, colon) == "localhost" ? "127.0.0.1" : std::string(url.substr(0, colon));
  const auto digits = url.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), where.port);
  if (error != std::errc{} || end != digits.data() + digits.size() || where.port == 0) complain();
  address_of(where);
  return where;
}

unique_fd connect_to(const endpoint& where) {
  const auto address = address_of(where);
  unique_fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw_errno("socket");
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw_errno("connect");
  set_no_delay(fd.get());
  return fd;
}

void set_non_blocking(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) throw_errno("fcntl O_NONBLOCK");
}

void set_no_delay(int fd) { switch_on(fd, IPPROTO_TCP, TCP_NODELAY, "setsockopt TCP_NODELAY"); }

void set_timeouts(int fd, std::chrono::milliseconds limit) {
  timeval span{};
  span.tv_sec = limit.count() / 1000;
  span.tv_usec = (limit.count() % 1000) * 1000;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &span, sizeof span) != 0) throw_errno("setsockopt SO_RCVTIMEO");
  if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &span, sizeof span) != 0) throw_errno("setsockopt SO_SNDTIMEO");
}

std::pair<unique_fd, std::uint16_t> listen_on_loopback(std::uint16_t port) {
  auto address = address_of(endpoint{.port = port});
  unique_fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) throw_errno("socket");
  switch_on(fd.get(), SOL_SOCKET, SO_REUSEADDR, "setsockopt SO_REUSEADDR");
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw_errno("bind");
  if (::listen(fd.get(), SOMAXCONN) != 0) throw_errno("listen");
  socklen_t size = sizeof address;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) throw_errno("getsockname");
  return {std::move(fd), ntohs(address.sin_port)};
}

}  // namespace eventmgr::bench
