#include "codec/websocket_deflate.hpp"
#include "codec/websocket_parser.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace ws = eventmgr::codec::websocket;

namespace {

constexpr std::uint32_t mask_key = 0x3d21fa37;

/// A client's frame with any head.
std::string masked(std::uint8_t first_byte, std::string_view payload) {
  std::string out;
  ws::append_client_frame(out, ws::opcode::text, payload, mask_key);
  out[0] = static_cast<char>(first_byte);
  return out;
}

std::string text(std::string_view payload) { return masked(0x81, payload); }

std::string close_frame(std::uint16_t code, std::string_view reason = {}) {
  std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
  payload += reason;
  return masked(0x88, payload);
}

/// What a parser told, as "text:hello ping:x close:1000: failed:1002", the bytes given in chunks of `chunk`.
std::string told(ws::parser_options options, std::string_view bytes, std::size_t chunk) {
  ws::parser parser{options};
  std::string out;
  const auto note = [&](std::string_view name) {
    if (!out.empty()) out += ' ';
    out += name;
  };
  while (!bytes.empty()) {
    std::string_view input = bytes.substr(0, chunk);
    bytes.remove_prefix(input.size());
    for (;;) {
      const ws::parse_event event = parser.next(input);
      switch (event) {
        case ws::parse_event::need_more:
          break;
        case ws::parse_event::text:
          note("text:" + parser.payload());
          continue;
        case ws::parse_event::binary:
          note("binary:" + parser.payload());
          continue;
        case ws::parse_event::ping:
          note("ping:" + parser.payload());
          continue;
        case ws::parse_event::pong:
          note("pong:" + parser.payload());
          continue;
        case ws::parse_event::close:
          note("close:" + std::to_string(parser.peer_close_code()) + ":" + parser.payload());
          return out;
        case ws::parse_event::failed:
          note("failed:" + std::to_string(static_cast<unsigned>(parser.error_code())));
          return out;
      }
      break;
    }
  }
  return out;
}

struct row {
  std::string name;
  std::string bytes;
  std::string expected;
};

void check_server(const row& given, ws::parser_options options = {}) {
  INFO(given.name);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{3}, std::size_t{1} << 20U}) {
    INFO("chunks of " << chunk);
    CHECK(told(options, given.bytes, chunk) == given.expected);
  }
}

}  // namespace

TEST_CASE("messages and control frames are told as they come", "[ws]") {
  const std::string medium(300, 'm');
  const std::string large(70000, 'l');
  const auto given = GENERATE_COPY(values<row>({
      {"a text", text("Hello"), "text:Hello"},
      {"nothing", text(""), "text:"},
      {"binary", masked(0x82, "\x01\x02"), "binary:\x01\x02"},
      {"a 16-bit length", text(medium), "text:" + medium},
      {"a 64-bit length", text(large), "text:" + large},
      {"two messages", text("a") + text("b"), "text:a text:b"},
      {"ping and pong", masked(0x89, "x") + masked(0x8A, ""), "ping:x pong:"},
      {"fragments", masked(0x01, "Hel") + masked(0x80, "lo"), "text:Hello"},
      {"empty fragments", masked(0x01, "") + masked(0x00, "") + masked(0x80, ""), "text:"},
      {"a ping between fragments", masked(0x01, "Hel") + masked(0x89, "p") + masked(0x80, "lo"), "ping:p text:Hello"},
      {"a character in two fragments", masked(0x01, "\xC3") + masked(0x80, "\xA9"), "text:\xC3\xA9"},
      {"binary need not be UTF-8", masked(0x82, "\xFF"), "binary:\xFF"},
      {"close", close_frame(1000, "bye"), "close:1000:bye"},
      {"close without a code", masked(0x88, ""), "close:1005:"},
      {"nothing is read past a close", close_frame(3000) + text("late"), "close:3000:"},
      {"a close between fragments", masked(0x01, "Hel") + close_frame(1001), "close:1001:"},
  }));
  check_server(given);
}

TEST_CASE("what breaks the protocol is refused with the right code", "[ws]") {
  std::string unmasked;
  ws::append_frame(unmasked, ws::opcode::text, "Hello");
  const std::string_view zero_key{"\0\0\0\0", 4};
  const auto given = GENERATE_COPY(values<row>({
      {"not masked", unmasked, "failed:1002"},
      {"RSV1 without deflate", masked(0xC1, "x"), "failed:1002"},
      {"RSV2", masked(0xA1, "x"), "failed:1002"},
      {"RSV3", masked(0x91, "x"), "failed:1002"},
      {"opcode 3", masked(0x83, "x"), "failed:1002"},
      {"opcode 7", masked(0x87, "x"), "failed:1002"},
      {"opcode 11", masked(0x8B, "x"), "failed:1002"},
      {"opcode 15", masked(0x8F, "x"), "failed:1002"},
      {"a fragmented ping", masked(0x09, "x"), "failed:1002"},
      {"a fragmented close", masked(0x08, ""), "failed:1002"},
      {"a ping of 126 bytes", masked(0x89, std::string(126, 'p')), "failed:1002"},
      {"a continuation of nothing", masked(0x80, "x"), "failed:1002"},
      {"a message inside a message", masked(0x01, "a") + text("b"), "failed:1002"},
      {"a 16-bit length that fits in 7", std::string{"\x81\xFE\x00\x05", 4} + std::string{zero_key} + "Hello",
       "failed:1002"},
      {"a 64-bit length that fits in 16",
       std::string{"\x81\xFF\0\0\0\0\0\0\x01\x00", 10} + std::string{zero_key} + std::string(256, 'x'), "failed:1002"},
      {"a length of 2^63", std::string{"\x81\xFF\x80\0\0\0\0\0\0\0", 10} + std::string{zero_key}, "failed:1002"},
      {"half a close code", masked(0x88, "\x03"), "failed:1002"},
      {"close code 999", close_frame(999), "failed:1002"},
      {"close code 1005", close_frame(1005), "failed:1002"},
      {"close code 1006", close_frame(1006), "failed:1002"},
      {"close code 2999", close_frame(2999), "failed:1002"},
      {"a reason that is not UTF-8", close_frame(1000, "\xFF"), "failed:1007"},
      {"half a character in the reason", close_frame(1000, "\xC3"), "failed:1007"},
      {"nothing is read past a failure", masked(0x83, "") + text("late"), "failed:1002"},
      {"a message before the failure counts", text("a") + masked(0x83, ""), "text:a failed:1002"},
  }));
  check_server(given);
}

TEST_CASE("text must be UTF-8", "[ws]") {
  const auto bad = GENERATE(as<std::string>{}, "\xFF", "\xC0\xAF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF", "\xED\xA0\x80",
                            "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xC3", "\xE2\x82", "\xCE\xBA\xE1\xBD\xB9\xCF",
                            "\x80", "abcdefgh\xC3(", "\xEF\xBF\xBF\xC1\x80");
  check_server({"a text", text(bad), "failed:1007"});
  check_server({"in fragments", masked(0x01, bad.substr(0, 1)) + masked(0x80, bad.substr(1)), "failed:1007"});
}

TEST_CASE("text in any script passes", "[ws]") {
  const auto good = GENERATE(as<std::string>{}, "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5", "\xF0\x9F\x98\x80",
                             "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80", "12345678\xC3\xA9");
  check_server({"a text", text(good), "text:" + good});
}

TEST_CASE("UTF-8 is refused at the first byte that cannot be right", "[ws]") {
  ws::parser parser{{}};
  const std::string start = masked(0x01, "\xF4\x90");  // beyond U+10FFFF, and the message goes on
  std::string_view input = start;

  CHECK(parser.next(input) == ws::parse_event::failed);
  CHECK(parser.error_code() == ws::close_code::invalid_payload);
}

TEST_CASE("a message may be as large as allowed and no larger", "[ws]") {
  const ws::parser_options options{.max_message_bytes = 10};
  const auto given = GENERATE(values<row>({
      {"at the limit", text("0123456789"), "text:0123456789"},
      {"one more", text("0123456789a"), "failed:1009"},
      {"over it by fragments", masked(0x01, "01234567") + masked(0x80, "89a"), "failed:1009"},
      {"control frames do not count", masked(0x01, "01234") + masked(0x89, "0123456789a") + masked(0x80, "56789"),
       "ping:0123456789a text:0123456789"},
  }));
  check_server(given, options);
}

TEST_CASE("an announced size is refused before any byte of it is read", "[ws]") {
  ws::parser parser{{.max_message_bytes = 1000}};
  std::string head;
  ws::append_client_text_frame(head, std::string(70000, 'x'), mask_key);
  std::string_view input = std::string_view{head}.substr(0, 14);

  CHECK(parser.next(input) == ws::parse_event::failed);
  CHECK(parser.error_code() == ws::close_code::message_too_big);
}

TEST_CASE("a client takes unmasked frames only", "[ws]") {
  const ws::parser_options options{.reader = ws::role::client};
  std::string unmasked;
  ws::append_frame(unmasked, ws::opcode::text, "Hello");

  CHECK(told(options, unmasked, 1) == "text:Hello");
  CHECK(told(options, text("Hello"), 1) == "failed:1002");
}

TEST_CASE("a payload can be read past its end", "[ws]") {
  ws::parser parser{{}};
  const std::string bytes = text(std::string(100, 'x'));
  std::string_view input = bytes;

  REQUIRE(parser.next(input) == ws::parse_event::text);

  CHECK(parser.payload().capacity() >= parser.payload().size() + ws::parser::padding);
}

TEST_CASE("the compressed examples of RFC 7692 section 7.2.3 are read", "[ws]") {
  const ws::parser_options options{.deflate = true};
  const std::string hello{"\xf2\x48\xcd\xc9\xc9\x07\x00", 7};
  const auto given = GENERATE_COPY(values<row>({
      {"one block", masked(0xC1, hello), "text:Hello"},
      {"in two fragments", masked(0x41, hello.substr(0, 3)) + masked(0x80, hello.substr(3)), "text:Hello"},
      {"not compressed", masked(0xC1, std::string{"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11}), "text:Hello"},
      {"a final block", masked(0xC1, std::string{"\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8}), "text:Hello"},
      {"two blocks", masked(0xC1, std::string{"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13}),
       "text:Hello"},
      {"without RSV1 as it is", text("Hello"), "text:Hello"},
      {"each on its own", masked(0xC1, hello) + masked(0xC1, hello), "text:Hello text:Hello"},
      {"empty", masked(0xC1, std::string{"\x00", 1}), "text:"},
      {"RSV1 on a continuation", masked(0x41, hello.substr(0, 3)) + masked(0xC0, hello.substr(3)), "failed:1002"},
      {"RSV1 on a ping", masked(0xC9, ""), "failed:1002"},
      {"what does not inflate", masked(0xC1, "\xFF\xFF\xFF\xFF"), "failed:1007"},
  }));
  check_server(given, options);
}

TEST_CASE("compressed text must be UTF-8 once inflated", "[ws]") {
  const std::string bad{ws::deflate_message("a long enough text \xFF", 15)};
  check_server({"text", masked(0xC1, bad), "failed:1007"}, {.deflate = true});
}

TEST_CASE("a message that inflates beyond the limit is refused", "[ws]") {
  const std::string bomb{ws::deflate_message(std::string(8U << 20U, '0'), 15)};
  REQUIRE(bomb.size() < 40000);

  check_server({"a bomb", masked(0xC1, bomb), "failed:1009"}, {.max_message_bytes = 1U << 20U, .deflate = true});
}
