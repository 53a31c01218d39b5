#include "transport/ws/ws_handshake.hpp"

#include "codec/websocket_handshake.hpp"
#include "transport/common/origin.hpp"
#include "transport/common/problem_json.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace eventmgr::transport {

namespace {

/// The values of a field that may be given several times, as one list.
std::string joined(const header_fields& fields, std::string_view name) {
  std::string out;
  for (const auto& [key, value] : fields) {
    if (!header_fields::equal_ignoring_case(key, name)) continue;
    if (!out.empty()) out += ',';
    out += value;
  }
  return out;
}

http_response refuse(const http_request& request, errc code, std::string message, unsigned status) {
  http_response answer = problem_response({.code = code, .message = std::move(message)}, request.target, status);
  if (status == 405) answer.headers.add("Allow", "GET");
  if (status == 426) {
    answer.headers.add("Upgrade", "websocket");
    answer.headers.add("Sec-WebSocket-Version", "13");
  }
  return answer;
}

}  // namespace

std::variant<ws_upgrade, http_response> judge_handshake(const http_request& request,
                                                        const ws_endpoint_options& options) {
  const header_fields& fields = request.headers;
  if (request.method != "GET") {
    return refuse(request, errc::method_not_allowed, "a WebSocket is opened with GET", 405);
  }
  if (!fields.lists("Upgrade", "websocket")) {
    return refuse(request, errc::invalid_request, "this path speaks WebSocket: send Upgrade: websocket", 426);
  }
  if (!fields.lists("Connection", "upgrade")) {
    return refuse(request, errc::invalid_request, "the Connection field must list upgrade", 400);
  }
  if (fields.find("Sec-WebSocket-Version") != "13") {
    return refuse(request, errc::invalid_request, "only version 13 of the WebSocket protocol is spoken here", 426);
  }
  const auto key = fields.find("Sec-WebSocket-Key");
  if (!key || !codec::websocket::is_valid_key(*key)) {
    return refuse(request, errc::invalid_request, "Sec-WebSocket-Key must be the base64 of 16 bytes", 400);
  }
  if (!admits_origin(fields, options.allowed_origins)) {
    return refuse(request, errc::forbidden, "pages of this origin may not connect: see cors.allowedOrigins", 403);
  }

  ws_upgrade upgrade{.answer =
                         "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Accept: " +
                         codec::websocket::accept_key(*key) + "\r\n"};
  if (options.session.deflate) {
    if (const auto agreed = codec::websocket::negotiate_deflate(joined(fields, "Sec-WebSocket-Extensions"))) {
      upgrade.answer += "Sec-WebSocket-Extensions: " + agreed->response + "\r\n";
      upgrade.deflate_window_bits = agreed->server_max_window_bits;
    }
  }
  upgrade.answer += "\r\n";
  return upgrade;
}

std::string serialise_last_response(const http_response& answer) {
  std::string out = "HTTP/1.1 " + std::to_string(answer.status) + " ";
  out += reason_phrase(answer.status);
  // An answer that names a protocol to upgrade to must say so in Connection too (RFC 9110 section 7.8).
  out += answer.headers.find("Upgrade") ? "\r\nConnection: close, Upgrade" : "\r\nConnection: close";
  out += "\r\nContent-Type: " + answer.content_type + "\r\nContent-Length: " + std::to_string(answer.body.size());
  for (const auto& [name, value] : answer.headers) out.append("\r\n").append(name).append(": ").append(value);
  out += "\r\n\r\n" + answer.body;
  return out;
}

}  // namespace eventmgr::transport
