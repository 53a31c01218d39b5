#include "client/server_message.hpp"

#include <simdjson.h>

namespace eventmgr::client {
namespace {

namespace ondemand = simdjson::ondemand;

/// simdjson's raw text of an object reaches to the next token.
std::string_view object_text(ondemand::value value) {
  const std::string_view raw = value.get_object().value().raw_json();
  return raw.substr(0, raw.find_last_of('}') + 1);
}

/// Takes a member that tells of an event. False if it is none.
bool take_event_member(std::string_view key, ondemand::value value, streamed_event& event) {
  if (key == "data") {
    event.data = object_text(value);
  } else if (key == "ackId") {
    event.ack_id = value.get_string();
  } else if (key == "attempt") {
    const std::uint64_t attempt = value.get_uint64();
    event.attempt = static_cast<std::uint32_t>(attempt);
  } else {
    return false;
  }
  return true;
}

streamed_event read_item(ondemand::object object) {
  streamed_event item;
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    auto value = field.value().value();
    if (!take_event_member(key, value, item) && key == "position") item.position = value.get_string();
  }
  return item;
}

void take_text(std::string_view key, std::string_view text, server_message& seen) {
  if (key == "type")
    seen.type = text;
  else if (key == "position")
    seen.position = text;
  else if (key == "from")
    seen.from = text;
  else if (key == "to")
    seen.to = text;
}

void read_members(ondemand::object root, server_message& seen) {
  streamed_event single;
  for (auto field : root) {
    const std::string_view key = field.unescaped_key();
    auto value = field.value().value();
    if (key == "error") {
      seen.error = object_text(value);
    } else if (key == "items") {
      for (auto item : value.get_array()) seen.events.push_back(read_item(item.get_object()));
    } else if (!take_event_member(key, value, single) && value.type() == ondemand::json_type::string) {
      take_text(key, value.get_string(), seen);
    }
  }
  if (seen.type != "event") return;
  single.position = seen.position;
  seen.events.assign(1, single);
}

}  // namespace

bool read_server_message(std::string& text, server_message& seen) {
  thread_local ondemand::parser parser;
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  seen = {};
  try {
    auto document = parser.iterate(text.data(), text.size(), text.capacity());
    read_members(document.get_object(), seen);
  } catch (const simdjson::simdjson_error&) {
    return false;
  }
  if (seen.type != "event" && seen.type != "events") seen.events.clear();
  return !seen.type.empty();
}

}  // namespace eventmgr::client
