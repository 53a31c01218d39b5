#include "transport/ws/ws_handshake.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::transport;

namespace {

http_request good_request() {
  http_request request{.method = "GET", .target = "/ws"};
  request.headers.add("Host", "127.0.0.1:3004");
  request.headers.add("Upgrade", "websocket");
  request.headers.add("Connection", "keep-alive, Upgrade");
  request.headers.add("Sec-WebSocket-Version", "13");
  request.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  return request;
}

http_request without(std::string_view name) {
  const http_request whole = good_request();
  http_request request{.method = whole.method, .target = whole.target};
  for (const auto& [key, value] : whole.headers) {
    if (key != name) request.headers.add(key, value);
  }
  return request;
}

http_request with(http_request request, std::string_view name, std::string_view value) {
  request.headers.add(name, value);
  return request;
}

unsigned status_of(const http_request& request, const ws_endpoint_options& options = {}) {
  const auto judged = judge_handshake(request, options);
  const auto* refusal = std::get_if<http_response>(&judged);
  return refusal == nullptr ? 101 : refusal->status;
}

}  // namespace

TEST_CASE("a good handshake is answered with the accept key", "[ws]") {
  const auto judged = judge_handshake(good_request(), {});

  const auto* upgrade = std::get_if<ws_upgrade>(&judged);
  REQUIRE(upgrade != nullptr);
  CHECK(upgrade->answer ==
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
  CHECK(upgrade->deflate_window_bits == 0);
}

TEST_CASE("permessage-deflate is agreed to, unless it is switched off", "[ws]") {
  const http_request request = with(with(good_request(), "Sec-WebSocket-Extensions", "x-other"),
                                    "Sec-WebSocket-Extensions", "permessage-deflate");
  const bool enabled = GENERATE(true, false);

  const auto judged = judge_handshake(request, {.session = {.deflate = enabled}});

  const auto* upgrade = std::get_if<ws_upgrade>(&judged);
  REQUIRE(upgrade != nullptr);
  CHECK(upgrade->deflate_window_bits == (enabled ? 15 : 0));
  CHECK((upgrade->answer.find("Sec-WebSocket-Extensions: permessage-deflate") != std::string::npos) == enabled);
}

TEST_CASE("what is no handshake is refused", "[ws]") {
  struct row {
    std::string name;
    http_request request;
    unsigned status;
  };
  http_request post = good_request();
  post.method = "POST";
  const auto given = GENERATE_COPY(values<row>({
      {"another method", post, 405},
      {"no upgrade", without("Upgrade"), 426},
      {"another protocol", with(without("Upgrade"), "Upgrade", "h2c"), 426},
      {"no connection token", without("Connection"), 400},
      {"a connection token that only contains the word", with(without("Connection"), "Connection", "upgraded"), 400},
      {"no version", without("Sec-WebSocket-Version"), 426},
      {"an old version", with(without("Sec-WebSocket-Version"), "Sec-WebSocket-Version", "8"), 426},
      {"no key", without("Sec-WebSocket-Key"), 400},
      {"a short key", with(without("Sec-WebSocket-Key"), "Sec-WebSocket-Key", "c2hvcnQ="), 400},
  }));
  INFO(given.name);

  CHECK(status_of(given.request) == given.status);
}

TEST_CASE("a refusal says what the client may try instead", "[ws]") {
  const auto judged = judge_handshake(without("Upgrade"), {});
  const auto& refusal = std::get<http_response>(judged);

  const std::string bytes = serialise_last_response(refusal);

  CHECK(refusal.content_type == "application/problem+json");
  CHECK(bytes.starts_with("HTTP/1.1 426 Upgrade Required\r\nConnection: close, Upgrade\r\n"));
  CHECK(bytes.find("\r\nSec-WebSocket-Version: 13\r\n") != std::string::npos);
  CHECK(bytes.ends_with("\r\n\r\n" + refusal.body));
}

TEST_CASE("pages of other origins may not connect", "[ws]") {
  struct row {
    std::string origin;
    std::vector<std::string> allowed;
    unsigned status;
  };
  const auto given = GENERATE(values<row>({
      {"http://127.0.0.1:3004", {}, 101},
      {"http://evil.example", {}, 403},
      {"http://127.0.0.1:3004.evil.example", {}, 403},
      {"null", {}, 403},
      {"https://app.example", {"https://app.example"}, 101},
      {"https://other.example", {"https://app.example"}, 403},
      {"https://other.example", {"*"}, 101},
  }));
  INFO(given.origin);

  CHECK(status_of(with(good_request(), "Origin", given.origin), {.allowed_origins = given.allowed}) == given.status);
}
