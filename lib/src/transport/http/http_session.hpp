#pragma once

#include "transport/http/exchange.hpp"
#include "transport/http/limits.hpp"
#include "transport/http/request_parser.hpp"
#include "transport/http/response_queue.hpp"
#include "transport/http/stream_body.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::transport {

class http_session;

/// What the connections of one I/O thread share. Used on that thread only, but for the gauge.
class session_host {
 public:
  session_host(const http_limits& bounds, std::shared_ptr<request_handler> requests,
               std::atomic<std::uint64_t>& open_connections)
      : limits{bounds}, handler{std::move(requests)}, connections{open_connections} {}
  virtual ~session_host() = default;

  session_host(const session_host&) = delete;
  session_host& operator=(const session_host&) = delete;

  /// The session has closed, or given its connection away, and is to be forgotten.
  virtual void session_ended(http_session& which) = 0;

  const http_limits limits;
  const std::shared_ptr<request_handler> handler;
  std::atomic<std::uint64_t>& connections;
  http_date date{};
  std::array<char, 64U << 10U>
      scratch{};  ///< what is read lies here while it is parsed: an idle connection has no buffer
};

/// One HTTP connection, on its own I/O thread.
///
/// A coroutine reads; requests go to the handler as they are parsed and their answers leave in order, written directly
/// where the socket takes them. Nothing is armed per request: deadlines are looked at by `sweep`.
class http_session final : public std::enable_shared_from_this<http_session> {
 public:
  using executor = boost::asio::io_context::executor_type;
  using socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;
  using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, executor>;
  using steady_time = std::chrono::steady_clock::time_point;

  /// `connection` must be open.
  http_session(socket connection, std::shared_ptr<session_host> host);
  ~http_session();

  http_session(const http_session&) = delete;
  http_session& operator=(const http_session&) = delete;

  void start();

  /// Answers without having read a request, and closes.
  void reject(http_response answer);

  /// Acts on deadlines that have passed, and lets a stream tick. To be called often.
  void sweep(steady_time now);

  /// Closes once what was begun is answered, and one more request if it has been received in part or whole. Ends a
  /// stream.
  void drain();

  /// Closes at once.
  void abort();

 private:
  class session_exchange;

  enum class feed_result : std::uint8_t {
    done,     ///< all that can be parsed has been
    blocked,  ///< a request waits for the answers of those before it
  };

  /// What the reading side waits for, and so which deadline holds.
  enum class awaiting : std::uint8_t { nothing, request, header, body };

  struct handover {
    upgrade_handler to{};
    http_request request{};
  };

  /// An answer that is long in coming.
  struct long_wait {
    response_queue::ticket which;
    std::function<void()> give_up;
  };

  boost::asio::awaitable<void, executor> read_requests();
  boost::asio::awaitable<void, executor> until_unblocked();
  feed_result feed(std::string_view& bytes);
  void keep(std::string_view rest);
  bool may_dispatch() const;
  void dispatch();
  void refuse(const request_parser::refused& why);
  void give_away(handover next);
  bool all_sent() const noexcept { return out_.empty() && sent_ == sending_.size(); }
  bool at_rest() const noexcept;

  void await_answer(response_queue::ticket which, std::function<void()> give_up);
  void give_up_waiting();
  void complete(response_queue::ticket which, http_response answer);
  void send_stream(response_queue::ticket which, std::shared_ptr<stream_body> body);
  void send_continue();
  void advance();
  void flush();
  bool refill();
  void wait_until_writable();
  void end_if_done();
  void linger();
  void note_progress();
  std::string_view date();

  const std::shared_ptr<session_host> host_;
  socket socket_;
  const executor executor_;
  request_parser parser_;
  response_queue queue_;
  std::optional<response_queue::ticket> holding_;  ///< nothing is begun before this one is answered
  std::string pending_;                            ///< received, not parsed yet
  std::string method_;                             ///< of the newest request, for `may_dispatch`
  std::string target_;
  bool safe_{true};

  std::string out_;      ///< answers in order, not being sent yet
  std::string sending_;  ///< being sent, from `sent_` on
  std::size_t sent_{0};

  std::shared_ptr<stream_body> stream_;
  response_queue::ticket stream_ticket_{0};
  std::optional<handover> handover_;
  std::vector<long_wait> long_waits_;
  std::optional<timer> unblocked_;  ///< cancelled when `may_dispatch` may have changed; made when first needed

  awaiting awaiting_{awaiting::nothing};
  steady_time read_deadline_{steady_time::max()};
  steady_time write_deadline_{steady_time::max()};
  steady_time linger_deadline_{steady_time::max()};
  steady_time next_tick_{steady_time::max()};

  bool continued_{false};    ///< `100 Continue` was sent for the request being read
  bool discarding_{false};   ///< what is still received is thrown away
  bool input_ended_{false};  ///< the peer sends nothing more
  bool draining_{false};
  bool feeding_{false};  ///< answers are gathered until all requests at hand are parsed
  bool flush_posted_{false};
  bool waits_for_room_{false};  ///< the socket takes nothing more at present
  bool closed_{false};
};

}  // namespace eventmgr::transport
