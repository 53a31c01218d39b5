#include "transport/http/http_session.hpp"

#include "transport/common/problem_json.hpp"
#include "transport/http/session_exchange.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <ctime>
#include <exception>
#include <utility>

namespace eventmgr::transport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// Of a buffer that a connection at rest may keep.
constexpr std::size_t kept_capacity = 16U << 10U;

constexpr asio::use_awaitable_t<http_session::executor> use_awaitable{};

bool would_block(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

void release_if_large(std::string& buffer) {
  if (buffer.empty() && buffer.capacity() > kept_capacity) buffer = std::string{};
}

}  // namespace

http_session::http_session(socket connection, std::shared_ptr<session_host> host)
    : host_{std::move(host)},
      socket_{std::move(connection)},
      executor_{socket_.get_executor()},
      parser_{host_->limits} {
  host_->connections.fetch_add(1, std::memory_order_relaxed);
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
  // A stream may be silent for long on our side and always is on the client's.
  socket_.set_option(asio::socket_base::keep_alive{true}, ignored);
}

http_session::~http_session() {
  if (!closed_) host_->connections.fetch_sub(1, std::memory_order_relaxed);
}

void http_session::start() {
  note_progress();
  asio::co_spawn(executor_, read_requests(), [self = shared_from_this()](const std::exception_ptr& failed) {
    if (failed) self->abort();
  });
}

void http_session::reject(http_response answer) {
  start();
  discarding_ = true;
  complete(queue_.add({}), std::move(answer));
}

asio::awaitable<void, http_session::executor> http_session::read_requests() {
  while (!closed_) {
    error_code error;
    co_await socket_.async_wait(socket::wait_read, asio::redirect_error(use_awaitable, error));
    if (closed_) co_return;
    const std::size_t size = error ? 0 : socket_.read_some(asio::buffer(host_->scratch), error);
    if (would_block(error)) continue;
    if (error) {
      input_ended_ = true;
      give_up_waiting();
      if (stream_ || error != asio::error::eof || linger_deadline_ != steady_time::max()) co_return abort();
      end_if_done();
      co_return;
    }
    if (discarding_) continue;

    std::string_view bytes{host_->scratch.data(), size};
    if (!pending_.empty()) bytes = pending_.append(bytes);
    while (feed(bytes) == feed_result::blocked) {
      keep(bytes);
      co_await until_unblocked();
      if (closed_) co_return;
      bytes = pending_;
    }
    keep(bytes);
    if (handover_) co_return give_away(std::move(*handover_));
    note_progress();
  }
}

asio::awaitable<void, http_session::executor> http_session::until_unblocked() {
  if (!unblocked_) unblocked_.emplace(executor_);
  while (!closed_ && !discarding_ && !may_dispatch()) {
    error_code ignored;
    unblocked_->expires_at(steady_time::max());
    co_await unblocked_->async_wait(asio::redirect_error(use_awaitable, ignored));
  }
}

http_session::feed_result http_session::feed(std::string_view& bytes) {
  feed_result outcome = feed_result::done;
  feeding_ = true;
  while (!discarding_ && !handover_ && !closed_) {
    const std::size_t used = parser_.put(bytes);
    bytes.remove_prefix(used);
    if (parser_.at() == request_parser::stage::failed) {
      refuse(parser_.refusal());
    } else if (parser_.at() == request_parser::stage::complete) {
      if (!may_dispatch()) {
        outcome = feed_result::blocked;
        break;
      }
      dispatch();
    } else {
      // The rest of a header or of a chunk's first line has yet to come; neither may be longer than a header.
      if (bytes.size() > host_->limits.max_header_bytes) {
        refuse({.status = 400, .why = {.code = errc::invalid_request, .message = "malformed HTTP request"}});
      } else if (used == 0 || bytes.empty()) {
        break;
      }
    }
  }
  feeding_ = false;
  if (discarding_) bytes = {};
  send_continue();
  advance();
  return outcome;
}

void http_session::keep(std::string_view rest) {
  if (rest.empty()) {
    pending_.clear();
    release_if_large(pending_);
  } else if (rest.data() >= pending_.data() && rest.data() < pending_.data() + pending_.size()) {
    pending_.erase(0, static_cast<std::size_t>(rest.data() - pending_.data()));
  } else {
    pending_.assign(rest);
  }
}

bool http_session::may_dispatch() const {
  if (queue_.empty() && all_sent()) return true;
  const request_facts facts = parser_.facts();
  if (holding_ || facts.wants_upgrade || queue_.size() >= host_->limits.max_pipelined) return false;
  const std::size_t unsent = out_.size() + sending_.size() - sent_ + queue_.held_bytes();
  if (unsent > host_->limits.max_unsent_bytes) return false;
  if (queue_.empty()) return true;
  // Requests that change nothing may run side by side, and so may those of one kind, which take effect in order.
  return (safe_ && facts.is_safe) || parser_.is_for(method_, target_);
}

void http_session::dispatch() {
  request_facts facts = parser_.facts();
  // One that had begun to arrive, and the last.
  if (draining_) facts.keep_alive = false;
  http_request request = parser_.take();
  method_ = request.method;
  target_ = request.target;
  safe_ = facts.is_safe;
  awaiting_ = awaiting::nothing;
  continued_ = false;
  if (!facts.keep_alive) discarding_ = true;

  const auto ticket = queue_.add(facts);
  try {
    host_->handler->handle(std::make_shared<session_exchange>(shared_from_this(), ticket, facts, std::move(request)));
  } catch (const std::exception&) {
    // The exchange died unanswered, which answered it: the fault is this request's alone.
  }
  if (queue_.ended()) discarding_ = true;
}

void http_session::refuse(const request_parser::refused& why) {
  discarding_ = true;
  complete(queue_.add({}), problem_response(why.why, "", why.status));
}

void http_session::give_away(handover next) {
  const auto self = shared_from_this();
  closed_ = true;
  host_->connections.fetch_sub(1, std::memory_order_relaxed);
  host_->session_ended(*this);
  error_code ignored;
  socket_.non_blocking(false, ignored);
  next.to(asio::ip::tcp::socket{std::move(socket_)}, std::move(next.request), std::move(pending_));
}

void http_session::await_answer(response_queue::ticket which, std::function<void()> give_up) {
  if (closed_ || draining_) return give_up();
  std::erase_if(long_waits_, [which](const long_wait& one) { return one.which == which; });
  long_waits_.push_back({.which = which, .give_up = std::move(give_up)});
}

void http_session::give_up_waiting() {
  // Giving up answers, which comes back here.
  for (const long_wait& one : std::exchange(long_waits_, {})) one.give_up();
}

void http_session::complete(response_queue::ticket which, http_response answer) {
  if (closed_) return;
  std::erase_if(long_waits_, [which](const long_wait& one) { return one.which == which; });
  if (holding_ == which) holding_.reset();
  queue_.complete(which, std::move(answer));
  queue_.write_ready(out_, date(), draining_ && parser_.at() == request_parser::stage::start && pending_.empty());
  // Though it may be long until it has been sent: what was begun behind it would never be answered.
  if (queue_.ended()) discarding_ = true;
  send_continue();
  advance();
}

void http_session::send_stream(response_queue::ticket which, std::shared_ptr<stream_body> body) {
  if (closed_ || linger_deadline_ != steady_time::max()) return body->close();
  if (input_ended_) {
    body->close();
    return abort();
  }
  // A connection ends with its first stream: a second would never be sent, and its writer never told.
  if (stream_ && stream_ != body) return body->close();
  if (!stream_) {
    stream_ = std::move(body);
    stream_ticket_ = which;
    discarding_ = true;
    next_tick_ = std::chrono::steady_clock::now() + host_->limits.stream_tick;
    if (draining_) stream_->finish();
    if (unblocked_) unblocked_->cancel();
  }
  flush();
}

void http_session::send_continue() {
  if (continued_ || !queue_.empty() || parser_.at() != request_parser::stage::body || !parser_.expects_continue())
    return;
  continued_ = true;
  out_ += "HTTP/1.1 100 Continue\r\n\r\n";
}

void http_session::advance() {
  if (closed_ || feeding_) return;
  if (queue_.empty() || queue_.ended()) {
    flush();
  } else if (!out_.empty() && !std::exchange(flush_posted_, true)) {
    // More answers of this connection are due: those that the same commit brings leave together.
    asio::post(executor_, [self = shared_from_this()] {
      self->flush_posted_ = false;
      self->flush();
    });
  }
  if (unblocked_) unblocked_->cancel();
}

void http_session::flush() {
  while (!closed_ && !waits_for_room_) {
    if (sent_ == sending_.size() && !refill()) break;
    error_code error;
    sent_ += socket_.write_some(asio::buffer(sending_.data() + sent_, sending_.size() - sent_), error);
    if (would_block(error)) return wait_until_writable();
    if (error) return abort();
  }
  if (closed_ || waits_for_room_) return;
  write_deadline_ = steady_time::max();
  end_if_done();
  note_progress();
  if (unblocked_) unblocked_->cancel();
}

bool http_session::refill() {
  sending_.clear();
  sent_ = 0;
  if (!out_.empty()) {
    sending_.swap(out_);
    return true;
  }
  if (stream_ && queue_.is_next(stream_ticket_) && stream_->take(sending_)) return true;
  release_if_large(sending_);
  release_if_large(out_);
  return false;
}

void http_session::wait_until_writable() {
  waits_for_room_ = true;
  // Streams are slow at their client's pleasure: they are bounded in bytes, not in time.
  if (!stream_ || stream_->finished()) {
    write_deadline_ = std::chrono::steady_clock::now() + host_->limits.write;
  }
  socket_.async_wait(socket::wait_write, [self = shared_from_this()](const error_code& error) {
    self->waits_for_room_ = false;
    if (error) return self->abort();
    self->flush();
  });
}

void http_session::end_if_done() {
  if (closed_ || !all_sent() || linger_deadline_ != steady_time::max()) return;
  if (stream_) {
    // Asked in this order, for the last bytes come before the flag.
    if (!stream_->finished() || !queue_.is_next(stream_ticket_)) return;
    return refill() ? flush() : linger();
  }
  if (queue_.ended()) return linger();
  if (queue_.empty() && (input_ended_ || (draining_ && at_rest()))) abort();
}

bool http_session::at_rest() const noexcept {
  return queue_.empty() && all_sent() && pending_.empty() && parser_.at() == request_parser::stage::start;
}

void http_session::linger() {
  discarding_ = true;
  if (const auto stream = std::exchange(stream_, nullptr)) stream->close();
  if (input_ended_) return abort();
  linger_deadline_ = std::chrono::steady_clock::now() + host_->limits.linger;
  error_code ignored;
  socket_.shutdown(socket::shutdown_send, ignored);
}

void http_session::note_progress() {
  if (closed_) return;
  const http_limits& limits = host_->limits;
  awaiting next = awaiting::nothing;
  std::chrono::milliseconds allowed{0};
  if (!discarding_ && !input_ended_) {
    switch (parser_.at()) {
      case request_parser::stage::start:
        if (queue_.empty() && all_sent()) next = awaiting::request, allowed = limits.idle;
        break;
      case request_parser::stage::header:
        next = awaiting::header, allowed = limits.header_read;
        break;
      case request_parser::stage::body:
        next = awaiting::body, allowed = limits.body_read;
        break;
      case request_parser::stage::complete:
      case request_parser::stage::failed:
        break;
    }
  }
  if (next == awaiting_) return;
  awaiting_ = next;
  read_deadline_ = next == awaiting::nothing ? steady_time::max() : std::chrono::steady_clock::now() + allowed;
}

void http_session::sweep(steady_time now) {
  if (closed_) return;
  if (now >= write_deadline_ || now >= linger_deadline_) return abort();
  if (stream_ && now >= next_tick_) {
    next_tick_ = now + host_->limits.stream_tick;
    stream_->tick();
  }
  if (now < read_deadline_) return;
  if (awaiting_ == awaiting::request) return abort();
  read_deadline_ = steady_time::max();
  refuse({.status = 408, .why = {.code = errc::invalid_request, .message = "the request took too long to arrive"}});
}

void http_session::drain() {
  const auto self = shared_from_this();
  draining_ = true;
  if (stream_) return stream_->finish();
  give_up_waiting();
  if (at_rest()) abort();
}

void http_session::abort() {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();
  error_code ignored;
  socket_.close(ignored);
  if (const auto stream = std::exchange(stream_, nullptr)) stream->close();
  if (unblocked_) unblocked_->cancel();
  give_up_waiting();
  host_->connections.fetch_sub(1, std::memory_order_relaxed);
  host_->session_ended(*this);
}

std::string_view http_session::date() { return host_->date.at(std::time(nullptr)); }

}  // namespace eventmgr::transport
