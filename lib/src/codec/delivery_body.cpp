#include "codec/delivery_body.hpp"

#include "codec/cloudevent_writer.hpp"
#include "codec/json_walk.hpp"
#include "codec/object_writer.hpp"

namespace eventmgr::codec {
namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::string_view cloudevent_type = "application/cloudevents+json";
constexpr std::string_view cloudevents_batch_type = "application/cloudevents-batch+json";

void append_legacy_event(std::string& out, const event& given) {
  object_writer object{out};
  object.text("id", to_string(given.id));
  object.text("event_type", given.type);
  object.text("source_service", given.source);
  object.key("data") += given.payload;
  object.time("timestamp", given.timestamp);
  if (!given.metadata.empty()) {
    member_walker members{given.metadata};
    json_member member;
    while (members.next(member)) {
      // Known members are stored under these very names.
      if (member.raw_key == "userId") object.key("user_id") += member.value;
      if (member.raw_key == "projectId") object.key("project_id") += member.value;
    }
  }
  object.end();
}

void append_one(std::string& out, delivery_format format, const outgoing_event& given) {
  switch (format) {
    case delivery_format::native:
      out += *given.json;
      return;
    case delivery_format::cloudevents:
      return append_cloudevent(out, *given.record);
    case delivery_format::legacy:
      return append_legacy_event(out, *given.record);
  }
}

std::string_view content_type(delivery_format format, body_shape shape) noexcept {
  if (format != delivery_format::cloudevents) return json_type;
  return shape == body_shape::single ? cloudevent_type : cloudevents_batch_type;
}

std::size_t size_hint(std::span<const outgoing_event> events) noexcept {
  std::size_t bytes = 16;
  for (const outgoing_event& each : events) bytes += each.json->size() + 1;
  return bytes;
}

}  // namespace

delivery_body render_delivery(delivery_format format, body_shape shape, std::span<const outgoing_event> events) {
  delivery_body made{.content_type = content_type(format, shape)};
  made.text.reserve(size_hint(events));
  if (shape == body_shape::single) {
    append_one(made.text, format, events.front());
    return made;
  }
  const bool is_bare = format == delivery_format::cloudevents;
  made.text += is_bare ? "[" : R"({"events":[)";
  for (const outgoing_event& each : events) {
    if (&each != &events.front()) made.text += ',';
    append_one(made.text, format, each);
  }
  made.text += is_bare ? "]" : "]}";
  return made;
}

}  // namespace eventmgr::codec
