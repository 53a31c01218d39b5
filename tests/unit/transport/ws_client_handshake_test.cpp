#include "codec/websocket_client_handshake.hpp"
#include "codec/websocket_handshake.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace eventmgr::codec::websocket;

using outcome = client_handshake::outcome;

namespace {

const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
const std::string upgraded =
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
const std::string deflated = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover";

std::string why(const std::string& answer, bool deflate_offered = false) {
  client_handshake handshake{key, deflate_offered};
  std::string_view input = answer;
  const outcome got = handshake.next(input);
  return got == outcome::refused ? handshake.why() : got == outcome::open ? "open" : "need more";
}

}  // namespace

TEST_CASE("a client's request", "[ws]") {
  const std::vector<std::pair<std::string, std::string>> headers{{"authorization", "Bearer x"}};

  CHECK(make_request({.authority = "peer:81", .target = "/a?b", .key = key, .headers = headers}) ==
        "GET /a?b HTTP/1.1\r\nHost: peer:81\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nauthorization: Bearer x\r\n\r\n");
  CHECK(make_request({.authority = "peer", .target = "/", .key = key, .offer_deflate = true})
            .find("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
                  "client_no_context_takeover\r\n") != std::string::npos);
}

TEST_CASE("keys are valid, and not the same twice", "[ws]") {
  const std::string first = make_client_key();

  CHECK(is_valid_key(first));
  CHECK(first != make_client_key());
}

TEST_CASE("the server offers what the client asks for", "[ws]") {
  const auto agreed = negotiate_deflate("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  REQUIRE(agreed);

  CHECK(why(upgraded + "Sec-WebSocket-Extensions: " + agreed->response + "\r\n\r\n", true) == "open");
}

TEST_CASE("an answer may come byte by byte, with frames behind it", "[ws]") {
  const std::string answer = upgraded + deflated + "\r\n\r\n";
  client_handshake handshake{key, true};

  for (std::size_t i = 0; i + 1 < answer.size(); ++i) {
    std::string_view input = std::string_view{answer}.substr(i, 1);
    REQUIRE(handshake.next(input) == outcome::need_more);
    REQUIRE(input.empty());
  }
  std::string_view rest = "\nframes";

  CHECK(handshake.next(rest) == outcome::open);
  CHECK(rest == "frames");
  CHECK(handshake.deflate());
}

TEST_CASE("an answer that does not agree is refused, and why", "[ws]") {
  const std::string not_offered = "the answer names extensions that were not offered";
  const std::string no_upgrade = "the answer does not upgrade to websocket";

  CHECK(why(upgraded + "\r\n") == "open");
  CHECK(why("HTTP/1.1 404 Not Found\r\n\r\n") == "HTTP 404");
  CHECK(why("HTTP/1.1 301 Moved\r\nLocation: ws://elsewhere\r\n\r\n") == "HTTP 301");
  CHECK(why("SSH-2.0-OpenSSH\r\n\r\n") == "the answer is not HTTP");
  CHECK(why("HTTP/1.1 1x1 No\r\n\r\n") == "the answer is not HTTP");
  CHECK(why("HTTP/1.1 101 Yes\r\n\r\n") == no_upgrade);
  CHECK(why("HTTP/1.1 101 Yes\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n") == no_upgrade);
  CHECK(why("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n") ==
        "the answer's Sec-WebSocket-Accept is wrong");
  CHECK(why(upgraded + "Sec-WebSocket-Protocol: mqtt\r\n\r\n") ==
        "the answer names a subprotocol that was not asked for");
  CHECK(why(upgraded + deflated + "\r\n\r\n", false) == not_offered);
  CHECK(why(upgraded + deflated + "; client_max_window_bits=10\r\n\r\n", true) == not_offered);
  CHECK(why(upgraded + deflated + "\r\n" + deflated + "\r\n\r\n", true) == not_offered);
  CHECK(why(upgraded + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", true) == not_offered);
  CHECK(why(upgraded + deflated + "; server_max_window_bits=12\r\n\r\n", true) == "open");
  CHECK(why(std::string(client_handshake::max_head_bytes, 'x')) == "the answer's head is too long");
}
