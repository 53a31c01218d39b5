#include "transport/ws/ws_tail.hpp"

#include "codec/websocket_parser.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::transport;

namespace ws = codec::websocket;

namespace {

/// A tail whose messages end up in the test's hands.
struct tail_fixture {
  std::shared_ptr<ws_sender> sender;
  bool end_told{false};
  std::unique_ptr<ws_tail> tail;
  const position start{.after = {offset{3}}};
  const subscription_id id{*parse_uuid("0194295e-1b2c-7000-8000-000000000001")};

  explicit tail_fixture(std::size_t outbox_bytes = 4096)
      : sender{std::make_shared<ws_sender>(
            ws_sender::settings{.outbox_bytes = outbox_bytes, .deflate_threshold = 256, .deflate_window_bits = 0},
            ws_sender::hooks{.flush = [] {}, .close = [](ws::close_code, std::string) {}, .post = [](auto) {}})},
        tail{std::make_unique<ws_tail>("s1", sender, [this] { end_told = true; })} {}

  /// The messages sent since the last call.
  std::vector<std::string> sent() {
    std::string bytes;
    std::vector<std::string> messages;
    ws::parser parser{{.reader = ws::role::client}};
    while (sender->take(bytes)) {
      std::string_view input = bytes;
      while (parser.next(input) == ws::parse_event::text) messages.push_back(parser.payload());
    }
    return messages;
  }

  bool offer(std::uint64_t seq, const std::string& json) {
    const position place{.after = {offset{seq}}};
    return tail->offer({.record = nullptr, .json = json, .place = place});
  }
};

std::string tail_event_text(std::uint64_t seq, const std::string& json) {
  return R"({"type":"event","subscription":"s1","attempt":1,"position":")" +
         to_string(position{.after = {offset{seq}}}) + R"(","data":)" + json + "}";
}

}  // namespace

TEST_CASE("a tail tells that it is subscribed, then its events", "[ws]") {
  tail_fixture f;
  f.tail->attach(f.id);
  f.tail->opened(f.start);

  CHECK(f.offer(4, R"({"a":1})"));
  CHECK(f.offer(5, R"({})"));

  const auto sent = f.sent();
  REQUIRE(sent.size() == 3);
  CHECK(sent[0].starts_with(R"({"type":"subscribed","id":"s1")"));
  CHECK(sent[1] == tail_event_text(4, R"({"a":1})"));
  CHECK(sent[2] == tail_event_text(5, "{}"));
}

TEST_CASE("events that come before the tail knows its id wait for it", "[ws]") {
  tail_fixture f;
  f.tail->opened(f.start);
  CHECK_FALSE(f.offer(4, "{}"));
  CHECK_FALSE(f.tail->answered());

  const bool resume = f.tail->attach(f.id);

  CHECK(resume);
  CHECK(f.tail->answered());
  CHECK(f.offer(4, "{}"));
  CHECK(f.sent().size() == 2);
}

TEST_CASE("an event that does not fit is refused and remembered", "[ws]") {
  tail_fixture f{300};
  f.tail->attach(f.id);
  f.tail->opened(f.start);
  f.sent();
  REQUIRE(f.offer(4, std::string(200, '1')));

  CHECK_FALSE(f.offer(5, std::string(200, '1')));

  CHECK(f.sent().size() == 1);
  CHECK(f.sender->take_refusal());
  CHECK(f.tail->take_refusal());
  CHECK_FALSE(f.tail->take_refusal());
  CHECK(f.offer(5, std::string(200, '1')));
}

TEST_CASE("a detached tail sends nothing and refuses nothing", "[ws]") {
  tail_fixture f;
  f.tail->attach(f.id);
  f.tail->opened(f.start);
  f.sent();

  f.tail->detach();

  CHECK(f.offer(4, "{}"));
  f.tail->gap(f.start, f.start);
  f.tail->ended({.code = errc::shutting_down, .message = "bye"});
  CHECK(f.sent().empty());
  CHECK_FALSE(f.end_told);
}

TEST_CASE("the end of a tail is told as an error", "[ws]") {
  tail_fixture f;
  f.tail->attach(f.id);

  f.tail->ended({.code = errc::invalid_request, .message = "no such place"});

  CHECK(f.tail->answered());
  CHECK(f.tail->over());
  CHECK(f.end_told);
  CHECK(f.sent() == std::vector<std::string>{R"({"type":"error","id":"s1","error":{"code":"invalid_request",)"
                                             R"("message":"no such place","details":[]}})"});
}

TEST_CASE("long messages are compressed where that was agreed on", "[ws]") {
  const ws_sender::hooks hooks{.flush = [] {}, .close = [](ws::close_code, std::string) {}, .post = [](auto) {}};
  ws_sender sender{{.outbox_bytes = 4096, .deflate_threshold = 256, .deflate_window_bits = 15}, hooks};
  const std::string body(1000, 'x');
  REQUIRE(sender.offer("{", body, "}"));
  REQUIRE(sender.offer("{", "short", "}"));
  std::string bytes;
  REQUIRE(sender.take(bytes));
  CHECK(bytes.size() < 100);

  ws::parser parser{{.reader = ws::role::client, .deflate = true}};
  std::string_view input = bytes;

  REQUIRE(parser.next(input) == ws::parse_event::text);
  CHECK(parser.payload() == "{" + body + "}");
  REQUIRE(parser.next(input) == ws::parse_event::text);
  CHECK(parser.payload() == "{short}");
}
