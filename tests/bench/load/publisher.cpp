#include "bench/load/publisher.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>

namespace eventmgr::bench {

publisher::publisher(event_loop& loop, const endpoint& where, std::size_t index, answer_handler& handler)
    : loop_(loop), fd_(connect_to(where)), index_(index), handler_(handler) {
  set_non_blocking(fd_.get());
  loop_.add(fd_.get(), EPOLLIN, *this);
}

void publisher::send(std::string_view request) {
  unsent_ = request;
  flush();
}

void publisher::flush() {
  while (!unsent_.empty()) {
    const auto count = ::send(fd_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      unsent_.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      throw_errno("send");
    }
  }
  const bool wants_write = !unsent_.empty();
  if (wants_write != wants_write_) {
    loop_.change(fd_.get(), wants_write ? EPOLLIN | EPOLLOUT : EPOLLIN, *this);
    wants_write_ = wants_write;
  }
}

void publisher::ready(std::uint32_t epoll_events) {
  if ((epoll_events & EPOLLOUT) != 0) flush();
  if ((epoll_events & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0) return;

  const auto space = reader_.space();
  const auto count = ::recv(fd_.get(), space.data(), space.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count < 0) throw_errno("recv");
  if (count == 0) throw std::runtime_error("the server closed a publisher's connection");
  reader_.received(static_cast<std::size_t>(count));
  // One request is under way, so one answer is all that can have come.
  if (const auto answer = reader_.next()) handler_.answered(*this, *answer);
}

}  // namespace eventmgr::bench
