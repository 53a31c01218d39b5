#pragma once

#include "bench/wire/event_loop.hpp"
#include "bench/wire/http_request_reader.hpp"
#include "bench/wire/socket.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace eventmgr::bench {

/// The server's side of HTTP on a port of loopback, for receivers of webhooks: hands out requests, and leaves to its
/// owner what to answer, when, and whether at all.
class http_listener final : public io_handler {
 public:
  class connection;
  /// The connection may be kept and answered later; the request is valid during the call only.
  using request_handler = std::function<void(const std::shared_ptr<connection>& from, const http_request& request)>;

  /// `port` 0: a free one. Throws std::system_error.
  http_listener(event_loop& loop, request_handler on_request, std::uint16_t port = 0);
  ~http_listener() override;

  http_listener(const http_listener&) = delete;
  http_listener& operator=(const http_listener&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  std::size_t connections() const noexcept { return connections_.size(); }

  void ready(std::uint32_t epoll_events) override;

 private:
  event_loop& loop_;
  request_handler on_request_;
  unique_fd listener_;
  std::uint16_t port_{0};
  std::map<int, std::shared_ptr<connection>> connections_;
};

/// One client. After it has gone, members do nothing.
class http_listener::connection final : public io_handler, public std::enable_shared_from_this<connection> {
 public:
  connection(http_listener& owner, unique_fd fd);

  /// Sends the bytes, as fast as they are read.
  void send(std::string_view bytes);

  /// Sends, after what was given to `send`, so many bytes of filler, made as they are read.
  void send_filler(std::uint64_t count);

  /// Closes with a reset: what was not read is lost.
  void reset();

  void close();

  void ready(std::uint32_t epoll_events) override;

 private:
  void read();
  void flush();
  bool write_some(std::string_view bytes, std::size_t& written);

  http_listener& owner_;
  unique_fd fd_;
  http_request_reader reader_;
  std::string unsent_;
  std::size_t sent_{0};  ///< of `unsent_`
  std::uint64_t filler_left_{0};
  bool wants_write_{false};
};

}  // namespace eventmgr::bench
