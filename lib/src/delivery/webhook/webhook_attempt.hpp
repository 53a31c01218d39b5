#pragma once

#include "delivery/common/byte_stream.hpp"
#include "delivery/webhook/answer_parser.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace eventmgr::delivery {

/// Time limits of the parts of an attempt; all lie within its whole time.
struct webhook_limits {
  std::chrono::milliseconds connect{10'000};  ///< name, connection and TLS
  std::chrono::milliseconds write{10'000};    ///< until the whole request has left
  answer_parser::limits answer{};
};

/// The course of one attempt to post a request: told what happens to its connection, it says what to do next. Knows no
/// socket and reads no clock. Used again for the attempts that follow on the same connection.
class webhook_attempt {
 public:
  using clock = byte_stream::clock;

  enum class step : std::uint8_t {
    connect,   ///< give the connection up, if there is one, and open a fresh one by `deadline`
    send,      ///< write the request, then call `written`
    wait,      ///< for the next thing to happen, or for `deadline`
    answered,  ///< over: `answer` is complete
    failed,    ///< over: `error` says why
    untried,   ///< over: nothing was asked of the endpoint, for want of a file descriptor
  };

  explicit webhook_attempt(const webhook_limits& limits) : limits_{limits}, answer_{limits.answer} {}

  /// Begins an attempt that may take `timeout`. `pooled`: on a connection that is open and was used before.
  step begin(bool pooled, clock::time_point now, std::chrono::milliseconds timeout);

  step opened();

  /// `all`: nothing of the request waits in this process.
  step written(bool all, clock::time_point now);

  step received(std::string_view bytes);

  /// A connection that was used before and ends without a byte of answer was closed while it was idle, as servers do:
  /// the request goes out once more on a fresh one, within the same time.
  step ended(const stream_end& why, clock::time_point now);

  /// `deadline` is over.
  step expired();

  clock::time_point deadline() const noexcept { return deadline_; }

  const answer_parser& answer() const noexcept { return answer_; }

  /// When answered: the connection can carry another request.
  bool leaves_connection() const noexcept { return answer_.is_reusable() && sent_ && !surplus_; }

  /// As "timed out after 30 s".
  const std::string& error() const noexcept { return error_; }

 private:
  enum class phase : std::uint8_t { connecting, sending, answering };

  step connect(clock::time_point now);
  step fail(std::string why);
  step look_at_answer();

  const webhook_limits limits_;
  answer_parser answer_;
  phase phase_{phase::connecting};
  bool pooled_{false};
  bool sent_{false};
  bool surplus_{false};  ///< more came than the answer
  std::chrono::milliseconds timeout_{0};
  clock::time_point end_{};
  clock::time_point deadline_{};
  std::string error_{};
};

}  // namespace eventmgr::delivery
