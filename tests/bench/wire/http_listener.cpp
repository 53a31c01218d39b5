#include "bench/wire/http_listener.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <tuple>
#include <utility>

namespace eventmgr::bench {

namespace {

const std::string filler(64U << 10U, 'x');

}  // namespace

http_listener::http_listener(event_loop& loop, request_handler on_request, std::uint16_t port)
    : loop_(loop), on_request_(std::move(on_request)) {
  std::tie(listener_, port_) = listen_on_loopback(port);
  loop_.add(listener_.get(), EPOLLIN, *this);
}

http_listener::~http_listener() {
  while (!connections_.empty()) connections_.begin()->second->close();
  loop_.remove(listener_.get());
}

void http_listener::ready(std::uint32_t) {
  for (;;) {
    unique_fd accepted(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!accepted) return;
    const int fd = accepted.get();
    connections_.emplace(fd, std::make_shared<connection>(*this, std::move(accepted)));
  }
}

http_listener::connection::connection(http_listener& owner, unique_fd fd) : owner_(owner), fd_(std::move(fd)) {
  set_no_delay(fd_.get());
  owner_.loop_.add(fd_.get(), EPOLLIN, *this);
}

void http_listener::connection::send(std::string_view bytes) {
  if (!fd_) return;
  if (unsent_.empty() && filler_left_ == 0) {
    std::size_t written = 0;
    if (!write_some(bytes, written)) return close();
    bytes.remove_prefix(written);
  }
  unsent_.append(bytes);
  flush();
}

void http_listener::connection::send_filler(std::uint64_t count) {
  filler_left_ += count;
  flush();
}

void http_listener::connection::reset() {
  if (!fd_) return;
  const linger at_once{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void http_listener::connection::close() {
  if (!fd_) return;
  const auto self = shared_from_this();
  owner_.loop_.remove(fd_.get());
  owner_.connections_.erase(fd_.get());
  fd_.reset();
}

void http_listener::connection::ready(std::uint32_t epoll_events) {
  const auto self = shared_from_this();
  if ((epoll_events & EPOLLOUT) != 0) flush();
  if ((epoll_events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read();
}

void http_listener::connection::read() {
  if (!fd_) return;
  const auto space = reader_.space();
  const auto count = ::recv(fd_.get(), space.data(), space.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return close();
  reader_.received(static_cast<std::size_t>(count));
  const auto self = shared_from_this();
  try {
    while (fd_) {
      const auto request = reader_.next();
      if (!request) return;
      owner_.on_request_(self, *request);
    }
  } catch (const std::runtime_error&) {
    close();  // no HTTP: nothing that could be answered
  }
}

/// False: the client has gone.
bool http_listener::connection::write_some(std::string_view bytes, std::size_t& written) {
  while (written < bytes.size()) {
    const auto count = ::send(fd_.get(), bytes.data() + written, bytes.size() - written, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN;
    written += static_cast<std::size_t>(count);
  }
  return true;
}

void http_listener::connection::flush() {
  if (!fd_) return;
  if (!write_some(unsent_, sent_)) return close();
  if (sent_ == unsent_.size()) {
    unsent_.clear();
    sent_ = 0;
    while (filler_left_ > 0) {
      std::size_t written = 0;
      const auto part = std::string_view(filler).substr(0, std::min<std::uint64_t>(filler.size(), filler_left_));
      if (!write_some(part, written)) return close();
      filler_left_ -= written;
      if (written < part.size()) break;
    }
  }
  const bool wants_write = !unsent_.empty() || filler_left_ > 0;
  if (wants_write == wants_write_) return;
  owner_.loop_.change(fd_.get(), wants_write ? EPOLLIN | EPOLLOUT : EPOLLIN, *this);
  wants_write_ = wants_write;
}

}  // namespace eventmgr::bench
