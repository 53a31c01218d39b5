#include "codec/websocket_event.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace eventmgr;
using namespace eventmgr::codec::websocket;

TEST_CASE("the message of one event", "[ws]") {
  const position place{.after = {offset{7}}};
  std::string full;
  std::string bare;

  append_event_head(full, "s\"1", {.ack_id = "a", .attempt = 2, .place = &place, .replay = true});
  append_event_head(bare, "s", {.ack_id = "b"});

  CHECK(full == R"({"type":"event","subscription":"s\"1","ackId":"a","attempt":2,"position":")" + to_string(place) +
                    R"(","replay":true,"data":)");
  CHECK(bare == R"({"type":"event","subscription":"s","ackId":"b","attempt":1,"data":)");
}

TEST_CASE("the message of several events", "[ws]") {
  std::string text;

  begin_events(text, "s");
  append_events_item(text, {.ack_id = "1", .data = "[{}]"});
  append_events_item(text, {.ack_id = "2", .data = "{}"});
  text += events_end;

  CHECK(text == R"({"type":"events","subscription":"s","items":[{"ackId":"1","attempt":1,"data":[{}]},)"
                R"({"ackId":"2","attempt":1,"data":{}}]})");
}
