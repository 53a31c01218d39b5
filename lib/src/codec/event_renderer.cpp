#include "codec/event_renderer.hpp"

#include "codec/json_writer.hpp"
#include "codec/metadata.hpp"

namespace eventmgr {
namespace codec {
namespace {

// Room for the names and the members of fixed length, so that a string grows once.
constexpr std::size_t fixed_bytes = 640;

void append_id(std::string& out, std::string_view name, const event_id& id) {
  out += name;
  append_to(out, id.value);
  out += '"';
}

void append_time(std::string& out, std::string_view name, time_point at) {
  out += name;
  append_rfc3339(out, at);
  out += '"';
}

}  // namespace

void append_json(std::string& out, const event& value) {
  out.reserve(out.size() + fixed_bytes + value.payload.size() + value.metadata.size() + value.type.size() +
              value.source.size() + value.topic.str().size() + value.ordering_key.size());
  append_id(out, R"({"id":")", value.id);
  out += R"(,"type":)";
  append_json_string(out, value.type);
  out += R"(,"source":)";
  append_json_string(out, value.source);
  out += R"(,"topic":)";
  append_json_string(out, value.topic.str());
  out += R"(,"version":)";
  append_json_string(out, value.version);
  out += R"(,"priority":)";
  append_json_string(out, to_string(value.priority));
  append_time(out, R"(,"timestamp":")", value.timestamp);
  out += R"(,"payload":)";
  out += value.payload;
  out += R"(,"metadata":)";
  append_metadata(out, value.metadata);
  if (value.correlation_id) append_id(out, R"(,"correlationId":")", *value.correlation_id);
  if (value.causation_id) append_id(out, R"(,"causationId":")", *value.causation_id);
  if (!value.ordering_key.empty()) {
    out += R"(,"orderingKey":)";
    append_json_string(out, value.ordering_key);
  }
  if (value.deliver_at) append_time(out, R"(,"deliverAt":")", *value.deliver_at);
  out += R"(,"partition":)";
  append_json_number(out, value.partition.value);
  out += R"(,"seq":)";
  append_json_number(out, value.seq.value);
  append_time(out, R"(,"receivedAt":")", value.received_at);
  out += '}';
}

}  // namespace codec

std::string to_json(const event& value) {
  std::string out;
  codec::append_json(out, value);
  return out;
}

}  // namespace eventmgr
