#include "codec/websocket_acknowledgement.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::codec::websocket;

namespace {

std::string fault(std::string text) {
  const auto read = parse_receiver_message(text);
  if (read.has_value()) return *read ? "acknowledgement" : "notice";
  return std::string{to_string(read.error().code)} + ": " + read.error().message;
}

acknowledgement said(std::string text) { return parse_receiver_message(text).value().value(); }

std::string ids(std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += list.empty() ? R"("x")" : R"(,"x")";
  return "[" + list + "]";
}

}  // namespace

TEST_CASE("a receiver acknowledges, or refuses with its reasons", "[ws]") {
  const acknowledgement ack = said(R"({"type":"ack","subscription":"s","ackIds":["1.2","2.2"]})");
  const acknowledgement nack = said(R"({"ackIds":["3"],"retry":false,"error":"no","type":"nack"})");

  CHECK(ack.success);
  CHECK(ack.subscription == "s");
  CHECK(ack.ids == std::vector<std::string>{"1.2", "2.2"});
  CHECK_FALSE(nack.success);
  CHECK_FALSE(nack.retry);
  CHECK(nack.error == "no");
}

TEST_CASE("a receiver's message is an acknowledgement, a notice, or wrong", "[ws]") {
  CHECK(fault(R"({"type":"heartbeat"})") == "notice");
  CHECK(fault(R"({"type":"ping","id":"1"})") == "notice");
  CHECK(fault(R"({"type":"ack","ackIds":[],"note":{"a":[1]}})") == "acknowledgement");
  CHECK(fault("") == "malformed_json: the message is not JSON");
  CHECK(fault(R"({"type":"ack","ackIds":["1"]}})") == "malformed_json: the message is not JSON");
  CHECK(fault(R"({"type":"ack","ackIds":["1",})") == "malformed_json: the message is not JSON");
  CHECK(fault("[]") == "invalid_request: the message must be an object");
  CHECK(fault(R"({})") == "invalid_request: type must be ack or nack");
  CHECK(fault(R"({"type":"publish"})") == "invalid_request: type must be ack or nack");
  CHECK(fault(R"({"type":"ack"})") == "invalid_request: ackIds is required");
  CHECK(fault(R"({"type":"ack","ackIds":"1"})") == "invalid_request: ackIds must be a list of strings");
  CHECK(fault(R"({"type":"ack","ackIds":["1",2]})") == "invalid_request: ackIds must be a list of strings");
  CHECK(fault(R"({"type":"ack","ackIds":[""]})") == "invalid_request: ackIds has an id that is not of 1 to 128 bytes");
  CHECK(fault(R"({"type":"nack","ackIds":[],"retry":1})") == "invalid_request: retry must be true or false");
  CHECK(fault(R"({"type":"nack","ackIds":[],"error":1})") == "invalid_request: error must be a string");
  CHECK(fault(R"({"type":"ack","ackIds":)" + ids(10000) + "}") == "acknowledgement");
  CHECK(fault(R"({"type":"ack","ackIds":)" + ids(10001) + "}") == "invalid_request: ackIds has more than 10000 ids");
}
