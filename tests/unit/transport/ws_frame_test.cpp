#include "codec/websocket_frame.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <string>

namespace ws = eventmgr::codec::websocket;

namespace {

std::string hex(std::string_view bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

}  // namespace

TEST_CASE("frames have the bytes of RFC 6455 section 5.7", "[ws]") {
  std::string out;

  SECTION("a text from a server") {
    ws::append_frame(out, ws::opcode::text, "Hello");
    CHECK(hex(out) == "810548656c6c6f");
  }
  SECTION("a ping from a server") {
    ws::append_frame(out, ws::opcode::ping, "Hello");
    CHECK(hex(out) == "890548656c6c6f");
  }
  SECTION("256 bytes of binary") {
    ws::append_frame_header(out, ws::opcode::binary, 256);
    CHECK(hex(out) == "827e0100");
  }
  SECTION("64 KiB of binary") {
    ws::append_frame_header(out, ws::opcode::binary, 65536);
    CHECK(hex(out) == "827f0000000000010000");
  }
  SECTION("a compressed text") {
    ws::append_frame_header(out, ws::opcode::text, 7, true);
    CHECK(hex(out) == "c107");
  }
}

TEST_CASE("lengths take the shortest form", "[ws]") {
  struct row {
    std::size_t length;
    std::string expected;
  };
  const auto given = GENERATE(values<row>(
      {{0, "8100"}, {125, "817d"}, {126, "817e007e"}, {65535, "817effff"}, {65536, "817f0000000000010000"}}));

  CHECK(hex(ws::frame_header::of_message(ws::opcode::text, given.length).view()) == given.expected);
}

TEST_CASE("a client's frame is masked as in RFC 6455", "[ws]") {
  const std::array<std::uint8_t, 4> key{0x37, 0xfa, 0x21, 0x3d};
  std::string out;

  ws::append_client_text_frame(out, "Hello", std::bit_cast<std::uint32_t>(key));

  CHECK(hex(out) == "818537fa213d7f9f4d5158");
}

TEST_CASE("masking is the same however the bytes are cut", "[ws]") {
  const std::array<std::uint8_t, 4> key{1, 2, 3, 4};
  std::string whole(61, 'x');
  std::string pieces = whole;
  const auto cut = GENERATE(as<std::size_t>{}, 0, 1, 2, 3, 4, 5, 8, 13, 60, 61);

  ws::apply_mask(whole.data(), whole.size(), key, 0);
  const std::size_t phase = ws::apply_mask(pieces.data(), cut, key, 0);
  ws::apply_mask(pieces.data() + cut, pieces.size() - cut, key, phase);

  CHECK(pieces == whole);
}

TEST_CASE("a close frame holds its code and as much of the reason as fits", "[ws]") {
  std::string out;

  SECTION("short") {
    ws::append_close_frame(out, ws::close_code::going_away, "bye");
    CHECK(hex(out) == "880503e9627965");
  }
  SECTION("cut at a character") {
    std::string reason(122, 'a');
    reason += "\xC3\xA9\xC3\xA9";  // the first would end at byte 124
    ws::append_close_frame(out, ws::close_code::normal, reason);
    CHECK(out.size() == 2 + 2 + 122);
  }
}

TEST_CASE("close codes that may be sent", "[ws]") {
  const auto code =
      GENERATE(as<std::uint16_t>{}, 1000, 1001, 1002, 1003, 1007, 1011, 1012, 1014, 3000, 3999, 4000, 4999);
  CHECK(ws::is_valid_close_code(code));
}

TEST_CASE("close codes that may not be sent", "[ws]") {
  const auto code = GENERATE(as<std::uint16_t>{}, 0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535);
  CHECK_FALSE(ws::is_valid_close_code(code));
}
