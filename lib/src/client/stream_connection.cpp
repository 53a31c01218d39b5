#include "client/stream_connection.hpp"

#include "client/answer_reader.hpp"
#include "client/blocking_io.hpp"
#include "client/http_connection.hpp"
#include "client/socket_stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <optional>
#include <string>
#include <utility>

namespace eventmgr::client {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

constexpr std::size_t max_message_bytes = 64U << 20U;
constexpr std::size_t parser_padding = 64;
constexpr std::chrono::milliseconds patience_at_close{500};

std::string closing_words(const websocket::close_reason& said) {
  std::string words{"the connection was closed"};
  if (said) words.append(" with code ").append(std::to_string(said.code));
  if (!said.reason.empty()) words.append(": ").append(said.reason.data(), said.reason.size());
  return words;
}

}  // namespace

struct stream_connection::implementation {
  using stream_type = websocket::stream<socket_stream&, false>;

  implementation(endpoint where, const client_options& settings, std::shared_ptr<asio::ssl::context> verified)
      : to{std::move(where)}, options{settings}, tls{std::move(verified)}, io{settings.stop} {}

  result<void> check(const error_code& code) {
    if (code == websocket::error::closed) return unreachable(to, closing_words(stream->reason()));
    if (code) return unreachable(to, code);
    return {};
  }

  void prepare() {
    stream.emplace(socket);
    stream->read_message_max(max_message_bytes);
    // The deadlines are those of blocking_io.
    stream->set_option(
        websocket::stream_base::timeout{websocket::stream_base::none(), websocket::stream_base::none(), false});
    stream->set_option(websocket::stream_base::decorator{[this](websocket::request_type& request) {
      request.set(http::field::user_agent, options.user_agent);
      if (!options.token.empty()) request.set(http::field::authorization, "Bearer " + options.token);
    }});
  }

  result<void> handshake(blocking_io::clock::time_point deadline) {
    websocket::response_type response;
    const auto code = io.run(
        deadline, [&](auto done) { stream->async_handshake(response, to.authority, to.base_path + "/ws", done); });
    if (code != websocket::error::upgrade_declined) return check(code);
    const auto type = response[http::field::content_type];
    http_answer refusal{response.result_int(), std::string{type.data(), type.size()}, std::move(response.body())};
    return read_failure(refusal);
  }

  const endpoint to;
  const client_options options;
  const std::shared_ptr<asio::ssl::context> tls;
  blocking_io io;
  socket_stream socket{io.context()};
  std::optional<stream_type> stream{};
};

stream_connection::stream_connection(endpoint to, const client_options& options,
                                     std::shared_ptr<asio::ssl::context> tls)
    : implementation_{std::make_unique<implementation>(std::move(to), options, std::move(tls))} {}

stream_connection::~stream_connection() = default;

result<void> stream_connection::open() {
  auto& self = *implementation_;
  const auto deadline = blocking_io::clock::now() + self.options.connect_timeout;
  if (const auto code = self.socket.connect(self.io, self.to, self.tls.get(), deadline)) return self.check(code);
  self.prepare();
  return self.handshake(deadline);
}

result<void> stream_connection::send(std::string_view text) {
  auto& self = *implementation_;
  const auto deadline = blocking_io::clock::now() + self.options.request_timeout;
  return self.check(self.io.run(
      deadline, [&](auto done) { self.stream->async_write(asio::buffer(text.data(), text.size()), done); }));
}

result<void> stream_connection::receive(std::string& message, std::chrono::milliseconds limit,
                                        const std::function<void()>& idle) {
  auto& self = *implementation_;
  message.clear();
  auto buffer = asio::dynamic_buffer(message, max_message_bytes + parser_padding);
  const auto code = self.io.run(
      blocking_io::clock::now() + limit, [&](auto done) { self.stream->async_read(buffer, done); }, idle);
  return self.check(code);
}

void stream_connection::part(std::string_view last_words) {
  auto& self = *implementation_;
  const bool open = self.socket.is_open() && self.stream && self.stream->is_open();
  if (open && !last_words.empty()) {
    self.io.forget_interrupt();
    self.io.run(blocking_io::clock::now() + patience_at_close,
                [&](auto done) { self.stream->async_write(asio::buffer(last_words.data(), last_words.size()), done); });
  }
  if (open && !self.io.interrupted()) {
    self.io.run(blocking_io::clock::now() + patience_at_close,
                [&](auto done) { self.stream->async_close(websocket::close_code::normal, done); });
  }
  self.socket.close();
}

}  // namespace eventmgr::client
