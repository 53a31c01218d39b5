#include "delivery/webhook/traceparent.hpp"

#include "unit/delivery/outgoing_events.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::delivery;

namespace {

const std::string given{"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"};
const std::string made{"00-0190a1b2c3d47abc8def000000000001-8def000000000001-01"};

std::string traceparent_of(const event& record) {
  std::string out;
  append_traceparent(out, record);
  return out;
}

}  // namespace

TEST_CASE("a publisher's traceparent is passed on, from metadata or from a CloudEvent's extensions") {
  const std::vector<std::string> table{
      R"({"traceparent":")" + given + "\"}",
      R"({"tags":["a"],"traceparent":")" + given + R"(","x":1})",
      R"({"extensions":{"traceparent":")" + given + "\"}}",
      R"({"extensions":{"a":{"b":1},"traceparent":")" + given + R"("},"traceparent":5})",
  };
  for (const auto& metadata : table) {
    CAPTURE(metadata);
    CHECK(traceparent_of(*test::outgoing(1, metadata).record) == given);
  }
}

TEST_CASE("without a valid one it is made from the event's id, always the same") {
  const std::vector<std::string> table{
      "",
      "{}",
      R"({"traceparent":5})",
      R"({"traceparent":""})",
      R"({"traceparent":"00-00000000000000000000000000000000-00f067aa0ba902b7-00"})",
      R"({"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-00"})",
      R"({"traceparent":"01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"})",
      R"({"traceparent":"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-00"})",
      R"({"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00\r\nX: y"})",
      R"({"tags":["traceparent"]})",
      R"({"extensions":[],"x":"traceparent"})",
  };
  for (const auto& metadata : table) {
    CAPTURE(metadata);
    const auto record = test::outgoing(1, metadata).record;
    CHECK(traceparent_of(*record) == made);
    CHECK(is_traceparent(made));
  }
}

TEST_CASE("even an id of zeros makes a valid traceparent") { CHECK(is_traceparent(traceparent_of(event{}))); }
