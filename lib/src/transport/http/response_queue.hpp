#pragma once

#include "transport/common/http_message.hpp"
#include "transport/http/request_parser.hpp"

#include <array>
#include <cstdint>
#include <ctime>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::transport {

/// The value of a `Date` field, made anew once a second.
class http_date {
 public:
  /// As "Sun, 06 Nov 1994 08:49:37 GMT". Valid until the next call.
  std::string_view at(std::time_t now) noexcept;

 private:
  std::time_t made_for_{-1};
  std::array<char, 30> text_{};
};

/// Appends the head of an answer whose body, of unknown length, will follow: chunked, or for HTTP/1.0 up to the end of
/// the connection. Either way the connection ends with it.
void append_stream_head(std::string& out, const http_response& head, bool chunked, std::string_view date);

/// Puts the answers of one connection, which may be ready in any order, into the order of their requests.
class response_queue {
 public:
  /// Names one request of the connection.
  using ticket = std::uint64_t;

  ticket add(const request_facts& request);

  /// Gives a request its answer; the first counts.
  void complete(ticket which, http_response answer);

  /// Appends each answer whose turn has come. After one that ends the connection, nothing more is appended.
  /// `closing`: say so with each answer, for no further request will be read.
  void write_ready(std::string& out, std::string_view date, bool closing);

  /// Whether everything before `which` has been written.
  bool is_next(ticket which) const noexcept { return which == first_; }

  /// An answer was written that says that the connection ends.
  bool ended() const noexcept { return ended_; }

  /// Of the answers that wait for their turn.
  std::size_t held_bytes() const noexcept { return held_bytes_; }

  bool empty() const noexcept { return waiting_.empty(); }
  std::size_t size() const noexcept { return waiting_.size(); }

 private:
  struct entry {
    request_facts request;
    std::optional<http_response> answer{};
  };

  std::deque<entry> waiting_;
  ticket first_{0};  ///< of `waiting_.front()`
  std::size_t held_bytes_{0};
  bool ended_{false};
};

}  // namespace eventmgr::transport
