#include "transport/ws/ws_consumer.hpp"

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

const position start{.after = {offset{3}}};

subscription_info info_of(std::uint32_t batch_size) {
  subscription_info info{.id = {*parse_uuid("0194295e-1b2c-7000-8000-000000000001")}};
  info.definition.name = "audit";
  info.definition.options.batch_size = batch_size;
  return info;
}

leased_event leased(std::uint64_t seq, std::string json, std::uint32_t attempt = 1) {
  return {.ack_id = "a" + std::to_string(seq),
          .event = {.tag = seq, .json = std::make_shared<const std::string>(std::move(json)), .attempt = attempt},
          .place = {.after = {offset{seq}}}};
}

std::string members(std::uint64_t seq, const std::string& json, int attempt = 1) {
  return R"("ackId":"a)" + std::to_string(seq) + R"(","attempt":)" + std::to_string(attempt) + R"(,"position":")" +
         to_string(position{.after = {offset{seq}}}) + R"(","data":)" + json + "}";
}

std::string event_text(std::uint64_t seq, const std::string& json, int attempt = 1) {
  return R"({"type":"event","subscription":"s1",)" + members(seq, json, attempt);
}

/// A consumer whose messages end up in the test's hands.
struct consumer_fixture {
  std::shared_ptr<ws_sender> sender;
  bool end_told{false};
  std::unique_ptr<ws_consumer> consumer;

  explicit consumer_fixture(std::size_t outbox_bytes = 4096)
      : sender{std::make_shared<ws_sender>(
            ws_sender::settings{.outbox_bytes = outbox_bytes, .deflate_threshold = 256, .deflate_window_bits = 0},
            ws_sender::hooks{.flush = [] {}, .close = [](ws::close_code, std::string) {}, .post = [](auto) {}})},
        consumer{std::make_unique<ws_consumer>("s1", sender, [this] { end_told = true; })} {}

  void attach(std::uint32_t batch_size = 1) {
    consumer->attached(info_of(batch_size), start);
    sent();
  }

  bool offer(const std::vector<leased_event>& events) { return consumer->offer(events); }

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
};

}  // namespace

TEST_CASE("a consumer tells what it is attached to, and where that stands", "[ws]") {
  consumer_fixture f;
  CHECK_FALSE(f.consumer->answered());

  f.consumer->attached(info_of(1), start);

  CHECK(f.consumer->answered());
  CHECK(f.sent() == std::vector<std::string>{R"({"type":"subscribed","id":"s1","subscriptionId":)"
                                             R"("0194295e-1b2c-7000-8000-000000000001","position":")" +
                                             to_string(start) + R"("})"});
}

TEST_CASE("without batches each event has a message", "[ws]") {
  consumer_fixture f;
  f.attach();

  CHECK(f.offer({leased(4, R"({"a":1})"), leased(5, "{}", 2)}));

  CHECK(f.sent() == std::vector<std::string>{event_text(4, R"({"a":1})"), event_text(5, "{}", 2)});
}

TEST_CASE("with batches events share messages of at most that size", "[ws]") {
  consumer_fixture f;
  f.attach(2);

  CHECK(f.offer({leased(4, "{}"), leased(5, "{}"), leased(6, "{}")}));

  const std::string opening = R"({"type":"events","subscription":"s1","items":[{)";
  CHECK(f.sent() == std::vector<std::string>{opening + members(4, "{}") + ",{" + members(5, "{}") + "]}",
                                             opening + members(6, "{}") + "]}"});
}

TEST_CASE("events that are offered together are taken or refused together", "[ws]") {
  consumer_fixture f{600};
  f.attach();
  REQUIRE(f.offer({leased(4, std::string(200, '1'))}));

  CHECK_FALSE(f.offer({leased(5, "{}"), leased(6, std::string(300, '1'))}));

  CHECK(f.sent().size() == 1);
  CHECK(f.sender->take_refusal());
  CHECK(f.consumer->take_refusal());
  CHECK_FALSE(f.consumer->take_refusal());
  CHECK(f.offer({leased(5, "{}"), leased(6, std::string(300, '1'))}));
}

TEST_CASE("a detached consumer refuses and sends nothing", "[ws]") {
  consumer_fixture f;
  f.attach();

  f.consumer->detach();

  CHECK_FALSE(f.offer({leased(4, "{}")}));
  f.consumer->ended({.code = errc::shutting_down, .message = "bye"});
  CHECK(f.sent().empty());
  CHECK_FALSE(f.end_told);
}

TEST_CASE("the end of a consumer is told as an error", "[ws]") {
  consumer_fixture f;

  f.consumer->ended({.code = errc::not_found, .message = "no such subscription"});

  CHECK(f.consumer->answered());
  CHECK(f.consumer->over());
  CHECK(f.end_told);
  CHECK(f.sent() == std::vector<std::string>{R"({"type":"error","id":"s1","error":{"code":"not_found",)"
                                             R"("message":"no such subscription","details":[]}})"});
}

TEST_CASE("a consumer of a subscription in another format gets that", "[ws]") {
  consumer_fixture f;
  subscription_info info = info_of(1);
  info.definition.options.format = delivery_format::legacy;
  f.consumer->attached(info, start);
  f.sent();
  event record{.id = {*parse_uuid("0194295e-1b2c-7000-8000-000000000002")}, .type = "a.b", .source = "t"};
  record.payload = R"({"n":1})";
  leased_event given = leased(4, "{}");
  given.event.record = std::make_shared<const event>(record);

  REQUIRE(f.consumer->offer({&given, 1}));

  const std::string text = f.sent().at(0);
  CHECK(text.find(R"("event_type":"a.b")") != std::string::npos);
  CHECK(text.find(R"("data":{"n":1})") != std::string::npos);
}
