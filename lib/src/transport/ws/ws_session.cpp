#include "transport/ws/ws_session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

namespace eventmgr::transport {

namespace asio = boost::asio;
namespace ws = codec::websocket;

namespace {

constexpr std::size_t read_size = 64U << 10U;

// Writes in one turn of the thread, so that one eager reader does not keep the others waiting.
constexpr int writes_per_turn = 16;

// What any peer gets through without delay; more than that may hold up its answer to a ping.
constexpr std::int64_t digestible = 4096;

// What the write buffer may keep when little of it is used.
constexpr std::size_t kept_capacity = 16U << 10U;

bool is_would_block(const boost::system::error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

/// Empties the buffer, and gives back what a burst has left behind.
void recycle(std::string& buffer) {
  if (buffer.capacity() > kept_capacity && buffer.size() < buffer.capacity() / 4) buffer = std::string{};
  buffer.clear();
}

}  // namespace

std::shared_ptr<ws_session> ws_session::make(const asio::any_io_executor& thread, const ws_session_options& options,
                                             int deflate_window_bits) {
  std::shared_ptr<ws_session> session{new ws_session{thread, options, deflate_window_bits > 0}};
  const std::weak_ptr<ws_session> weak = session;
  const auto later = [thread, weak](auto work) {
    asio::post(thread, [weak, work = std::move(work)] {
      if (const auto self = weak.lock()) work(*self);
    });
  };
  const ws_sender::settings settings{.outbox_bytes = options.outbox_bytes,
                                     .deflate_threshold = options.deflate_threshold,
                                     .deflate_window_bits = deflate_window_bits};
  ws_sender::hooks hooks;
  hooks.flush = [later] { later([](ws_session& self) { self.flush(); }); };
  hooks.close = [later](ws::close_code code, std::string reason) {
    later([code, reason = std::move(reason)](ws_session& self) { self.begin_close(code, reason); });
  };
  hooks.post = [later](std::function<void()> work) { later([work = std::move(work)](ws_session&) { work(); }); };
  session->sender_ = std::make_shared<ws_sender>(settings, std::move(hooks));
  return session;
}

ws_session::ws_session(const asio::any_io_executor& thread, const ws_session_options& options, bool deflate)
    : socket_{thread},
      timer_{thread},
      options_{options},
      parser_{{.reader = ws::role::server, .max_message_bytes = options.max_message_bytes, .deflate = deflate}} {}

void ws_session::start(asio::ip::tcp::socket socket, std::shared_ptr<ws_protocol> protocol, std::string answer,
                       std::string_view leftover, std::function<void()> ended) {
  socket_ = std::move(socket);
  protocol_ = std::move(protocol);
  ended_ = std::move(ended);
  writing_ = std::move(answer);
  set_socket_options();
  flush();
  if (phase_ == phase::ended) return;
  protocol_->on_open();
  schedule_tick();
  process(leftover);
}

void ws_session::set_socket_options() {
  boost::system::error_code ignored;  // a socket that refuses these has failed, and the next read says so
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
  // A host that vanished acknowledges nothing: the system then fails the connection, however much it has buffered.
  const auto timeout = static_cast<unsigned>(options_.stall_timeout.count());
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
}

void ws_session::wait_readable() {
  socket_.async_wait(asio::ip::tcp::socket::wait_read,
                     [self = shared_from_this()](const boost::system::error_code&) { self->on_readable(); });
}

void ws_session::on_readable() {
  // Shared by the thread's sessions: nothing of it is used after this turn.
  thread_local std::array<char, read_size> buffer;
  if (phase_ == phase::ended) return;
  boost::system::error_code error;
  const std::size_t size = socket_.read_some(asio::buffer(buffer), error);
  if (is_would_block(error)) return wait_readable();
  if (error) return end();

  last_received_ = clock::now();
  undigested_ = 0;
  process({buffer.data(), size});
}

void ws_session::process(std::string_view input) {
  while (phase_ == phase::open || (phase_ == phase::closing && !peer_closed_)) {
    if (!may_process()) {
      unread_.assign(input);
      reading_paused_ = true;
      break;
    }
    const ws::parse_event event = parser_.next(input);
    if (event == ws::parse_event::need_more) break;
    on_event(event);
  }
  if (protocol_) protocol_->on_turn_end();
  if (!reading_paused_ && phase_ != phase::ended) wait_readable();
}

void ws_session::on_event(ws::parse_event event) {
  const bool open = phase_ == phase::open;
  switch (event) {
    case ws::parse_event::need_more:
    case ws::parse_event::pong:
      return;
    case ws::parse_event::text:
      if (open) protocol_->on_text(parser_.payload());
      return;
    case ws::parse_event::binary:
      if (open) protocol_->on_binary(parser_.payload());
      return;
    case ws::parse_event::ping:
      if (open) sender_->reply(ws::opcode::pong, parser_.payload());
      return;
    case ws::parse_event::close: {
      peer_closed_ = true;
      std::string frame;
      if (parser_.peer_close_code() == static_cast<std::uint16_t>(ws::close_code::no_status)) {
        ws::append_frame(frame, ws::opcode::close, {});
      } else {
        ws::append_close_frame(frame, static_cast<ws::close_code>(parser_.peer_close_code()), {});
      }
      begin_close(std::move(frame));
      break;
    }
    case ws::parse_event::failed:
      peer_closed_ = true;
      begin_close(parser_.error_code(), parser_.error_reason());
      break;
  }
  if (phase_ == phase::closing && close_sent_) linger();
}

bool ws_session::may_process() const {
  return phase_ != phase::open || (sender_->reply_bytes() <= options_.max_reply_bytes && protocol_->ready());
}

void ws_session::continue_reading() {
  if (!reading_paused_ || !may_process()) return;
  reading_paused_ = false;
  process(std::exchange(unread_, {}));
}

void ws_session::flush() {
  if (write_waiting_ || phase_ == phase::lingering || phase_ == phase::ended) return;
  for (int writes = 0; written_ < writing_.size() || next_chunk(); ++writes) {
    if (writes == writes_per_turn) {
      asio::post(socket_.get_executor(), [self = shared_from_this()] { self->flush(); });
      return;
    }
    boost::system::error_code error;
    const std::size_t size =
        socket_.write_some(asio::buffer(writing_.data() + written_, writing_.size() - written_), error);
    if (is_would_block(error)) return wait_writable();
    if (error) return end();
    written_ += size;
    undigested_ += static_cast<std::int64_t>(size);
    last_progress_ = clock::now();
  }
  if (phase_ == phase::closing) {
    if (!close_frame_.empty()) return;
    close_sent_ = true;
    if (peer_closed_) linger();
    return;
  }
  continue_reading();
}

/// Puts the next bytes to be written in `writing_`. False if there are none.
bool ws_session::next_chunk() {
  recycle(writing_);
  written_ = 0;
  // Nothing comes behind the close frame, and all that is owed before it.
  const bool settled = !close_frame_.empty() && (!sender_->owes() || clock::now() >= close_deadline_);
  if (settled) sender_->shut();
  bool found = sender_->take(writing_);
  if (sender_->take_refusal() && phase_ == phase::open) protocol_->on_room();
  if (!found && settled) {
    writing_ = std::exchange(close_frame_, {});
    found = true;
  }
  if (found) last_progress_ = clock::now();
  return found;
}

void ws_session::wait_writable() {
  write_waiting_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](const boost::system::error_code&) {
    self->write_waiting_ = false;
    self->flush();
  });
}

void ws_session::begin_close(ws::close_code code, std::string_view reason) {
  std::string frame;
  ws::append_close_frame(frame, code, reason);
  begin_close(std::move(frame));
}

void ws_session::begin_close(std::string close_frame) {
  if (phase_ != phase::open) return;
  phase_ = phase::closing;
  leave_protocol();
  close_frame_ = std::move(close_frame);
  close_deadline_ = clock::now() + options_.close_timeout;
  schedule_tick();
  flush();
  continue_reading();
}

void ws_session::linger() {
  phase_ = phase::lingering;
  boost::system::error_code ignored;  // the peer may be gone already
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void ws_session::end() {
  if (phase_ == phase::ended) return;
  phase_ = phase::ended;
  leave_protocol();
  sender_->shut();
  boost::system::error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
  if (const auto ended = std::exchange(ended_, nullptr)) ended();
}

/// Before anything is refused, so that the protocol offers nothing to an outbox that refuses everything.
void ws_session::leave_protocol() {
  if (const auto protocol = std::exchange(protocol_, nullptr)) protocol->on_close();
}

void ws_session::schedule_tick() {
  timer_.expires_at(next_deadline());
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
    if (!cancelled) self->on_tick();
  });
}

void ws_session::on_tick() {
  const auto now = clock::now();
  switch (phase_) {
    case phase::ended:
      return;
    case phase::closing:
    case phase::lingering:
      if (now >= close_deadline_) {
        flush();  // a close frame that still waits for answers
        return end();
      }
      break;
    case phase::open:
      if (write_waiting_ && now >= last_progress_ + options_.stall_timeout) return end();
      if (may_be_dead() && now >= last_received_ + options_.idle_timeout) {
        return begin_close(ws::close_code::policy_violation, "nothing was heard, not even an answer to pings");
      }
      if (now >= last_heartbeat_ + options_.heartbeat) send_heartbeat(now);
      break;
  }
  schedule_tick();
}

void ws_session::send_heartbeat(clock::time_point now) {
  last_heartbeat_ = now;
  if (write_waiting_) return;
  std::string frames;
  if (const std::string_view text = protocol_->heartbeat(); !text.empty()) {
    ws::append_frame(frames, ws::opcode::text, text);
  }
  ws::append_frame(frames, ws::opcode::ping, {});
  undigested_ -= static_cast<std::int64_t>(frames.size());
  sender_->append(frames);
}

/// Whether silence means that nobody is there: not while we do not listen, and not while the peer may have a backlog to
/// get through before it comes to our pings.
bool ws_session::may_be_dead() const { return !reading_paused_ && !write_waiting_ && undigested_ <= digestible; }

ws_session::clock::time_point ws_session::next_deadline() const {
  if (phase_ != phase::open) return close_deadline_;
  auto next = last_heartbeat_ + options_.heartbeat;
  if (may_be_dead()) next = std::min(next, last_received_ + options_.idle_timeout);
  if (write_waiting_) next = std::min(next, last_progress_ + options_.stall_timeout);
  return next;
}

}  // namespace eventmgr::transport
