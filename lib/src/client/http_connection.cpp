#include "client/http_connection.hpp"

#include "client/blocking_io.hpp"
#include "client/socket_stream.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace eventmgr::client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr std::uint32_t max_header_bytes = 64U << 10U;
constexpr std::size_t parser_padding = 64;
constexpr std::uint32_t longest_advice_s = 3600;

/// Only the form in seconds: the daemon sends no date.
std::chrono::milliseconds read_retry_after(std::string_view text) {
  std::uint32_t seconds = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (code != std::errc{} || end != text.data() + text.size()) return std::chrono::milliseconds{0};
  return std::chrono::seconds{std::min(seconds, longest_advice_s)};
}

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

failure unreachable(const endpoint& at, std::string_view why) {
  std::string said{at.secure ? "cannot reach https://" : "cannot reach http://"};
  return failure{errc::unreachable, said.append(at.authority).append(": ").append(why)};
}

failure unreachable(const endpoint& at, const error_code& why) {
  std::string reason = why.message();
  if (why == asio::error::timed_out) reason = "no answer in time";
  if (why == asio::error::interrupted) reason = "interrupted";
  if (why == http::error::end_of_stream || why == asio::error::eof) reason = "the connection was closed";
  if (why == http::error::body_limit) reason = "the answer is too large";
  return unreachable(at, reason);
}

struct http_connection::implementation {
  implementation(endpoint where, const client_options& settings, std::shared_ptr<asio::ssl::context> verified)
      : to{std::move(where)}, options{settings}, tls{std::move(verified)}, io{settings.stop} {}

  std::string header_of(const http_call& call) const {
    std::string out;
    out.reserve(256 + call.target.size());
    const auto field = [&](std::string_view name, std::string_view value) {
      out.append(name).append(": ").append(value).append("\r\n");
    };
    out.append(call.method).append(" ").append(to.base_path).append(call.target).append(" HTTP/1.1\r\n");
    field("Host", to.authority);
    field("User-Agent", options.user_agent);
    field("Accept", call.accept);
    if (!options.token.empty()) field("Authorization", "Bearer " + options.token);
    for (const auto& [name, value] : call.headers) field(name, value);
    if (!call.content_type.empty()) field("Content-Type", call.content_type);
    if (!call.content_type.empty() || call.method == "POST") {
      field("Content-Length", std::to_string(call.body.size()));
    }
    return out += "\r\n";
  }

  /// `heard` becomes true once the daemon has answered anything.
  error_code attempt(const http_call& call, http_answer& answer, bool& heard) {
    const auto deadline = blocking_io::clock::now() + options.request_timeout + call.extra_time;
    const auto header = header_of(call);
    const std::array<asio::const_buffer, 2> request{asio::buffer(header),
                                                    asio::buffer(call.body.data(), call.body.size())};
    io.set_cancel([this] { stream.close(); });
    const auto sent = io.run(deadline, [&](auto done) { asio::async_write(stream, request, done); });
    // A daemon that refuses a body may answer before it has read it all, so the answer is looked for all the same.
    if (sent == asio::error::timed_out || sent == asio::error::interrupted) return sent;

    http::response_parser<http::string_body> parser;
    parser.header_limit(max_header_bytes);
    parser.body_limit(options.max_answer_bytes);
    const auto read = io.run(deadline, [&](auto done) { http::async_read(stream, buffer, parser, done); });
    heard = parser.got_some();
    if (read) return sent && !heard ? sent : read;

    auto& message = parser.get();
    answer.status = message.result_int();
    answer.content_type = view(message[http::field::content_type]);
    answer.retry_after = read_retry_after(view(message[http::field::retry_after]));
    answer.body = std::move(message.body());
    answer.body.reserve(answer.body.size() + parser_padding);
    if (!message.keep_alive() || sent) stream.close();
    return {};
  }

  error_code connect() {
    buffer.clear();
    return stream.connect(io, to, tls.get(), blocking_io::clock::now() + options.connect_timeout);
  }

  const endpoint to;
  const client_options options;
  const std::shared_ptr<asio::ssl::context> tls;
  blocking_io io;
  socket_stream stream{io.context()};
  beast::flat_buffer buffer{};
};

http_connection::http_connection(endpoint to, const client_options& options, std::shared_ptr<asio::ssl::context> tls)
    : implementation_{std::make_unique<implementation>(std::move(to), options, std::move(tls))} {}

http_connection::~http_connection() = default;

result<http_answer> http_connection::exchange(const http_call& call) {
  auto& self = *implementation_;
  const bool reused = self.stream.is_quiet();
  if (!reused) {
    if (const auto code = self.connect()) return unreachable(self.to, code);
  }
  http_answer answer;
  bool heard = false;
  auto code = self.attempt(call, answer, heard);
  const bool final = code == asio::error::timed_out || code == asio::error::interrupted;
  if (code && reused && !heard && !final && call.repeatable) {
    code = self.connect();
    if (!code) code = self.attempt(call, answer, heard);
  }
  if (code) {
    self.stream.close();
    return unreachable(self.to, code);
  }
  return answer;
}

}  // namespace eventmgr::client
