#include "codec/websocket_event.hpp"

#include "codec/json_writer.hpp"

namespace eventmgr::codec::websocket {

namespace {

void append_opening(std::string& out, std::string_view type, std::string_view subscription) {
  out += R"({"type":")";
  out += type;
  out += R"(","subscription":)";
  append_json_string(out, subscription);
}

void append_members(std::string& out, const event_item& item) {
  out += R"("ackId":)";
  append_json_string(out, item.ack_id);
  out += R"(,"attempt":)";
  append_json_number(out, item.attempt);
  if (item.place != nullptr) {
    out += R"(,"position":")";
    append_to(out, *item.place);
    out += '"';
  }
  if (item.replay) out += R"(,"replay":true)";
  out += R"(,"data":)";
}

}  // namespace

void append_event_head(std::string& out, std::string_view subscription, const event_item& item) {
  append_opening(out, "event", subscription);
  out += ',';
  append_members(out, item);
}

void begin_events(std::string& out, std::string_view subscription) {
  append_opening(out, "events", subscription);
  out += R"(,"items":[)";
}

void append_events_item(std::string& out, const event_item& item) {
  out += out.back() == '[' ? "{" : ",{";
  append_members(out, item);
  out += item.data;
  out += '}';
}

}  // namespace eventmgr::codec::websocket
