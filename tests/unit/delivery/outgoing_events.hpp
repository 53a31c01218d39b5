#pragma once

#include "ports/channel.hpp"

#include <eventmgr/event.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr::test {

/// An event on its way, whose tag and id end in `number`.
inline outgoing_event outgoing(std::uint8_t number, std::string metadata = {}) {
  auto record = std::make_shared<event>();
  record->id.value.bytes = {0x01, 0x90, 0xA1, 0xB2, 0xC3, 0xD4, 0x7A, 0xBC, 0x8D, 0xEF, 0, 0, 0, 0, 0, number};
  record->type = "order.created";
  record->source = "shop";
  record->topic = topic_name::trusted("order/created");
  record->version = "1.0";
  record->payload = R"({"n":)" + std::to_string(number) + "}";
  record->metadata = std::move(metadata);
  record->seq = offset{number};
  outgoing_event out;
  out.tag = number;
  out.json = std::make_shared<const std::string>(to_json(*record));
  out.record = std::move(record);
  return out;
}

inline std::vector<outgoing_event> outgoing_events(std::uint8_t count) {
  std::vector<outgoing_event> out;
  for (std::uint8_t i = 1; i <= count; ++i) out.push_back(outgoing(i));
  return out;
}

/// The text of the id of `outgoing(number)`, for numbers below 16.
inline std::string outgoing_id(std::uint8_t number) {
  return "0190a1b2-c3d4-7abc-8def-00000000000" + std::string(1, "0123456789abcdef"[number]);
}

}  // namespace eventmgr::test
