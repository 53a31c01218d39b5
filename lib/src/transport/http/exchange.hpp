#pragma once

#include "transport/common/http_message.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace eventmgr::transport {

/// Takes over the connection of a request that asked for another protocol. The bytes are what the client sent after the
/// request. Called on the connection's thread.
using upgrade_handler =
    std::function<void(boost::asio::ip::tcp::socket connection, http_request request, std::string leftover_bytes)>;

/// The body of an answer of unknown length. Thread-safe.
class response_stream {
 public:
  virtual ~response_stream() = default;

  /// Sends the three parts as one piece, or refuses it whole when the buffer is full or the stream has ended.
  virtual bool try_write(std::string_view prefix, std::string_view data, std::string_view suffix) = 0;

  /// Sends a piece whatever the buffer holds, unless the stream has ended: for what is rare and must not be lost.
  virtual void write(std::string_view text) = 0;

  /// Ends the body once all that was written has been sent, and with it the connection.
  virtual void finish() = 0;
};

/// What a response stream tells its writer. All are called on the connection's thread; any may be empty.
struct stream_hooks {
  std::function<void()> drained{};               ///< there is room again after a refused write
  std::function<void(response_stream&)> tick{};  ///< `http_limits::stream_tick` has passed
  std::function<void()> closed{};  ///< the connection is gone, or the stream has finished: the last call, always made
};

/// One request and the way to answer it, exactly once. Answers may come from any thread. An exchange that is destroyed
/// unanswered is answered with 500.
class exchange {
 public:
  virtual ~exchange() = default;

  /// For the handler only, before it has returned or handed the exchange on.
  http_request& request() noexcept { return request_; }
  const http_request& request() const noexcept { return request_; }

  /// Fields that whatever answer is given will carry. To be added before the answer.
  header_fields& common_headers() noexcept { return common_headers_; }

  virtual void respond(http_response answer) = 0;

  /// Answers with a head now and a body by and by. `head.body` is not used.
  virtual std::shared_ptr<response_stream> stream(http_response head, stream_hooks hooks) = 0;

  /// Gives the connection away once the handler has returned. Only from the handler, on the connection's thread. False,
  /// and the request still to be answered, unless it is a GET that asks for an upgrade in `Connection` too: only before
  /// such a one has all that came earlier been answered.
  virtual bool hand_over(const upgrade_handler& to) = 0;

  /// For an answer that may be a stream, or large: no further request of the connection is begun before this one is
  /// answered. Only from the handler, on the connection's thread.
  virtual void hold_others() = 0;

  /// For an answer that is long in coming: calls `give_up` on the connection's thread if it need not be waited for any
  /// longer, because the client has gone or sends nothing more, or because the server drains. Not after the answer; at
  /// most once. Only from the handler, on the connection's thread. Of several, the last counts.
  virtual void when_unwanted(std::function<void()> give_up) = 0;

  /// Runs work on the connection's thread, later; also after the connection has closed.
  virtual void post(std::function<void()> work) = 0;

 protected:
  explicit exchange(http_request request) : request_{std::move(request)} {}

  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

 private:
  http_request request_;
  header_fields common_headers_;
};

/// What connections give their requests to.
class request_handler {
 public:
  virtual ~request_handler() = default;

  /// Called on the connection's thread, must not block. The request is whole and its HTTP is sound.
  virtual void handle(std::shared_ptr<exchange> item) = 0;
};

}  // namespace eventmgr::transport
