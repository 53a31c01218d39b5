#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace eventmgr::testing {

/// A port of 127.0.0.1 on which nobody listens, and that the system gives to nobody while this lives. Who asks for it
/// by its number, with SO_REUSEADDR as servers do, gets it all the same, as often as he likes.
class reserved_port {
 public:
  reserved_port() : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const int on = 1;
    if (::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 || ::bind(socket_, generic, size) != 0 ||
        ::getsockname(socket_, generic, &size) != 0) {
      const std::system_error why{errno, std::generic_category(), "reserved_port"};
      ::close(socket_);
      throw why;
    }
    number_ = ntohs(address.sin_port);
  }
  reserved_port(const reserved_port&) = delete;
  reserved_port& operator=(const reserved_port&) = delete;
  ~reserved_port() { ::close(socket_); }

  std::uint16_t number() const noexcept { return number_; }

 private:
  const int socket_;
  std::uint16_t number_{0};
};

}  // namespace eventmgr::testing
