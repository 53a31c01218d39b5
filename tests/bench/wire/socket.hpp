#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace eventmgr::bench {

/// Owns a file descriptor.
class unique_fd {
 public:
  unique_fd() = default;
  explicit unique_fd(int fd) noexcept : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~unique_fd() { reset(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  void reset(int fd = -1) noexcept;

 private:
  int fd_{-1};
};

/// Where a daemon listens.
struct endpoint {
  std::string host{"127.0.0.1"};  ///< an IPv4 address
  std::uint16_t port{0};

  /// As the Host header has it.
  std::string authority() const { return host + ":" + std::to_string(port); }
};

/// Reads `http://ADDRESS:PORT`, a path after it ignored. Throws std::runtime_error for anything else: names are not
/// resolved, so that a measurement never waits for a resolver.
endpoint parse_endpoint(std::string_view url);

/// A connected socket with TCP_NODELAY. Throws std::system_error.
unique_fd connect_to(const endpoint& where);

void set_non_blocking(int fd);

void set_no_delay(int fd);

/// Makes blocking reads and writes fail with EAGAIN after `limit`.
void set_timeouts(int fd, std::chrono::milliseconds limit);

/// A socket that listens on a port of 127.0.0.1, 0 meaning a free one, and that port. Throws std::system_error.
std::pair<unique_fd, std::uint16_t> listen_on_loopback(std::uint16_t port = 0);

/// Throws std::system_error for `errno`.
[[noreturn]] void throw_errno(const char* what);

}  // namespace eventmgr::bench
