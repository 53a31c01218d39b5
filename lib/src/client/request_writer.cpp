#include "client/request_writer.hpp"

#include "client/query_writer.hpp"
#include "codec/object_writer.hpp"

#include <string_view>

namespace eventmgr::client {
namespace {

using codec::object_writer;

template <class... Visitors>
struct overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
overloaded(Visitors...) -> overloaded<Visitors...>;

/// What the one subscription of a connection is called there.
constexpr std::string_view stream_name = "tail";

void write_start(object_writer& object, const tail_start& start) {
  std::visit(overloaded{[](from_now) {}, [&](time_point at) { object.time("since", at); },
                        [&](offset seq) {
                          object_writer since{object.key("since")};
                          since.number("seq", seq.value);
                          since.end();
                        },
                        [&](std::chrono::milliseconds ago) { object.text("since", format_duration(ago)); },
                        [&](const resume_position& place) {
                          object_writer since{object.key("since")};
                          since.text("position", place.text);
                          since.end();
                        }},
             start);
}

}  // namespace

std::string write_event(const event_in& input) {
  std::string out;
  out.reserve(256 + input.payload.size() + input.metadata.size());
  object_writer object{out};
  if (input.id) object.text("id", to_string(*input.id));
  object.text("type", input.type);
  object.text("source", input.source);
  if (input.topic) object.text("topic", *input.topic);
  if (input.version) object.text("version", *input.version);
  if (input.timestamp) object.time("timestamp", *input.timestamp);
  if (input.priority) object.text("priority", to_string(*input.priority));
  if (input.correlation_id) object.text("correlationId", to_string(*input.correlation_id));
  if (input.causation_id) object.text("causationId", to_string(*input.causation_id));
  if (input.deliver_at) object.time("deliverAt", *input.deliver_at);
  if (!input.ordering_key.empty()) object.text("orderingKey", input.ordering_key);
  if (!input.metadata.empty()) object.key("metadata") += input.metadata;
  if (!input.payload.empty()) object.key("payload") += input.payload;
  object.end();
  return out;
}

std::string write_query_target(const event_query& selection) {
  query_writer query{"/events"};
  if (selection.topic) query.add("topic", selection.topic->str());
  query.add_if("type", selection.type);
  query.add_if("source", selection.source);
  if (selection.since) query.add("since", format_rfc3339(*selection.since));
  if (selection.until) query.add("until", format_rfc3339(*selection.until));
  if (selection.correlation_id) query.add("correlationId", to_string(*selection.correlation_id));
  query.add_if("projectId", selection.project_id);
  query.add_if("userId", selection.user_id);
  query.add_if("tag", selection.tag);
  if (selection.priority) query.add("priority", to_string(*selection.priority));
  query.add("limit", std::to_string(selection.limit));
  if (selection.skip > 0) query.add("offset", std::to_string(selection.skip));
  if (!selection.cursor.empty()) query.add("cursor", selection.cursor);
  query.add("order", selection.order == sort_order::ascending ? "asc" : "desc");
  return query.take();
}

std::string write_topic_target(const topic_name& topic) {
  std::string target{"/topics/"};
  append_percent_encoded(target, topic.str());
  return target;
}

std::string write_declaration(const topic_declaration& declaration) {
  std::string out;
  object_writer object{out};
  object.text("topic", declaration.topic.str());
  if (!declaration.description.empty()) object.text("description", declaration.description);
  object.end();
  return out;
}

std::string write_texts(const std::vector<std::string>& texts) {
  std::string list{"["};
  for (const auto& text : texts) {
    if (list.size() > 1) list += ',';
    codec::append_json_string(list, text);
  }
  return list += ']';
}

std::string write_subscribe(const std::vector<std::string>& topics, const tail_start& start, std::string_view filter) {
  std::string out;
  object_writer object{out};
  object.text("type", "subscribe");
  object.text("id", stream_name);
  object.key("topic") += write_texts(topics);
  write_start(object, start);
  if (!filter.empty()) object.key("filter") += filter;
  object.end();
  return out;
}

std::string write_attach(const consume_options& wanted) {
  std::string out;
  object_writer object{out};
  object.text("type", "subscribe");
  object.text("id", stream_name);
  object.text("durable", wanted.name);
  if (!wanted.topics.empty()) object.key("topic") += write_texts(wanted.topics);
  write_start(object, wanted.start);
  if (!wanted.filter.empty()) object.key("filter") += wanted.filter;
  if (!wanted.options.empty()) object.key("options") += wanted.options;
  object.end();
  return out;
}

std::string write_ack(const std::vector<std::string>& ack_ids) {
  std::string out;
  object_writer object{out};
  object.text("type", "ack");
  object.text("subscription", stream_name);
  object.key("ackIds") += write_texts(ack_ids);
  object.end();
  return out;
}

std::string write_nack(std::string_view ack_id, bool retry, std::string_view error) {
  std::string out;
  object_writer object{out};
  object.text("type", "nack");
  object.text("subscription", stream_name);
  object.key("ackIds") += write_texts({std::string{ack_id}});
  object.flag("retry", retry);
  if (!error.empty()) object.text("error", error);
  object.end();
  return out;
}

}  // namespace eventmgr::client
