#pragma once

#include "bench/wire/event_loop.hpp"
#include "bench/wire/http_reader.hpp"
#include "bench/wire/socket.hpp"

#include <cstddef>
#include <string_view>

namespace eventmgr::bench {

class publisher;

/// Told of each answer. May send the next request at once.
class answer_handler {
 public:
  virtual ~answer_handler() = default;
  virtual void answered(publisher& from, const http_answer& answer) = 0;
};

/// A keep-alive connection that carries one request at a time. Whoever uses it keeps the request's bytes unchanged
/// until the answer has come.
class publisher final : public io_handler {
 public:
  publisher(event_loop& loop, const endpoint& where, std::size_t index, answer_handler& handler);

  publisher(const publisher&) = delete;
  publisher& operator=(const publisher&) = delete;

  std::size_t index() const noexcept { return index_; }

  /// Only when no request is under way.
  void send(std::string_view request);

  void ready(std::uint32_t epoll_events) override;

 private:
  void flush();

  event_loop& loop_;
  unique_fd fd_;
  const std::size_t index_;
  answer_handler& handler_;
  http_reader reader_;
  std::string_view unsent_;
  bool wants_write_{false};
};

}  // namespace eventmgr::bench
