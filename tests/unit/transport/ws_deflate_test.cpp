#include "codec/websocket_deflate.hpp"
#include "codec/websocket_handshake.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <random>
#include <string>

namespace ws = eventmgr::codec::websocket;

namespace {

/// Text in which some runs repeat and some do not.
std::string sample(std::size_t size) {
  std::mt19937 engine{static_cast<std::uint32_t>(size)};
  std::string out;
  while (out.size() < size) out += engine() % 3 == 0 ? R"({"type":"event","value":)" : std::to_string(engine());
  out.resize(size);
  return out;
}

}  // namespace

TEST_CASE("what was deflated inflates to itself", "[ws]") {
  const auto size = GENERATE(as<std::size_t>{}, 0, 1, 100, 257, 500, 4000, 40000, 300000);
  const auto window_bits = GENERATE(9, 12, 15);
  const std::string original = sample(size);

  std::string message{ws::deflate_message(original, window_bits)};
  const auto outcome = ws::inflate_message(message, original.size(), 64);

  CHECK(outcome == ws::inflate_outcome::done);
  CHECK(message == original);
}

TEST_CASE("the last message is remembered by its bytes and its window", "[ws]") {
  const std::string first = sample(1000);
  const std::string narrow{ws::deflate_message(first, 9)};

  CHECK(ws::deflate_message(first, 9) == narrow);
  CHECK(ws::deflate_message(sample(1001), 9) != narrow);
  CHECK(ws::deflate_message(first, 9) == narrow);
}

TEST_CASE("inflation stops at the limit", "[ws]") {
  const std::string original(100000, 'x');
  std::string exact{ws::deflate_message(original, 15)};
  std::string over = exact;

  CHECK(ws::inflate_message(exact, 100000, 0) == ws::inflate_outcome::done);
  CHECK(ws::inflate_message(over, 99999, 0) == ws::inflate_outcome::too_big);
}

TEST_CASE("a thread's streams are fit for use after bad input", "[ws]") {
  std::string garbage(50, '\xFF');
  REQUIRE(ws::inflate_message(garbage, 1000, 0) == ws::inflate_outcome::invalid);
  std::string good{ws::deflate_message("Hello Hello Hello", 15)};

  CHECK(ws::inflate_message(good, 1000, 0) == ws::inflate_outcome::done);
  CHECK(good == "Hello Hello Hello");
}

TEST_CASE("the accept key of RFC 6455 section 1.3", "[ws]") {
  CHECK(ws::accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("a key is the base64 of 16 bytes", "[ws]") {
  CHECK(ws::is_valid_key("dGhlIHNhbXBsZSBub25jZQ=="));
  const auto bad = GENERATE(as<std::string>{}, "", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=",
                            "!!!!IHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZSE=", "dGhlIHNhbXBsZSBub25jZSEhISE=");
  CHECK_FALSE(ws::is_valid_key(bad));
}

TEST_CASE("offers of permessage-deflate", "[ws]") {
  struct row {
    std::string offers;
    std::optional<int> window_bits;  ///< empty: none is acceptable
  };
  const auto given = GENERATE(values<row>({
      {"", std::nullopt},
      {"permessage-deflate", 15},
      {"permessage-deflate; client_max_window_bits", 15},
      {"permessage-deflate; client_max_window_bits=10", 15},
      {"permessage-deflate;server_no_context_takeover ; client_no_context_takeover", 15},
      {"permessage-deflate; server_max_window_bits=10", 10},
      {"permessage-deflate; server_max_window_bits=\"12\"", 12},
      {"permessage-deflate; server_max_window_bits=8, permessage-deflate", 15},
      {"permessage-deflate; server_max_window_bits=8", std::nullopt},
      {"permessage-deflate; server_max_window_bits=16", std::nullopt},
      {"permessage-deflate; server_max_window_bits=09", std::nullopt},
      {"permessage-deflate; server_max_window_bits", std::nullopt},
      {"permessage-deflate; server_max_window_bits=10; server_max_window_bits=10", std::nullopt},
      {"permessage-deflate; server_no_context_takeover=1", std::nullopt},
      {"permessage-deflate; unknown", std::nullopt},
      {"x-webkit-deflate-frame, permessage-deflate", 15},
      {"x-webkit-deflate-frame", std::nullopt},
      {",,;,=", std::nullopt},
  }));
  INFO(given.offers);

  const auto agreed = ws::negotiate_deflate(given.offers);

  REQUIRE(agreed.has_value() == given.window_bits.has_value());
  if (agreed) CHECK(agreed->server_max_window_bits == *given.window_bits);
}

TEST_CASE("the answer to an offer rules out context takeover and repeats the window", "[ws]") {
  const auto agreed = ws::negotiate_deflate("permessage-deflate; server_max_window_bits=10");

  REQUIRE(agreed);
  CHECK(agreed->response ==
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10");
}
