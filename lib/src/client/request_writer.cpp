#include "client/request_writer.hpp"

#include "client/endpoint.hpp"
#include "codec/json_writer.hpp"

#include <string_view>

namespace eventmgr::client {
namespace {

/// Writes one flat JSON object.
class object_writer {
 public:
  explicit object_writer(std::string& out) : out_{out} { out_ += '{'; }

  void text(std::string_view name, std::string_view value) {
    key(name);
    codec::append_json_string(out_, value);
  }
  void raw(std::string_view name, std::string_view json) {
    key(name);
    out_ += json;
  }
  void end() { out_ += '}'; }

 private:
  void key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    codec::append_json_string(out_, name);
    out_ += ':';
  }

  std::string& out_;
};

class query_writer {
 public:
  explicit query_writer(std::string path) : target_{std::move(path)} {}

  void add(std::string_view name, std::string_view value) {
    target_ += has_parameters_ ? '&' : '?';
    has_parameters_ = true;
    target_.append(name).append("=");
    append_percent_encoded(target_, value);
  }
  void add_if(std::string_view name, const std::optional<std::string>& value) {
    if (value) add(name, *value);
  }
  std::string take() { return std::move(target_); }

 private:
  std::string target_;
  bool has_parameters_{false};
};

template <class... Visitors>
struct overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
overloaded(Visitors...) -> overloaded<Visitors...>;

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
  if (input.timestamp) object.text("timestamp", format_rfc3339(*input.timestamp));
  if (input.priority) object.text("priority", to_string(*input.priority));
  if (input.correlation_id) object.text("correlationId", to_string(*input.correlation_id));
  if (input.causation_id) object.text("causationId", to_string(*input.causation_id));
  if (input.deliver_at) object.text("deliverAt", format_rfc3339(*input.deliver_at));
  if (!input.ordering_key.empty()) object.text("orderingKey", input.ordering_key);
  if (!input.metadata.empty()) object.raw("metadata", input.metadata);
  if (!input.payload.empty()) object.raw("payload", input.payload);
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

std::string write_subscribe(const std::vector<std::string>& topics, const tail_start& start, std::string_view filter) {
  std::string list{"["};
  for (const auto& topic : topics) {
    if (list.size() > 1) list += ',';
    codec::append_json_string(list, topic);
  }
  list += ']';

  std::string out;
  object_writer object{out};
  object.text("type", "subscribe");
  object.text("id", "tail");
  object.raw("topic", list);
  std::visit(overloaded{[](from_now) {}, [&](time_point at) { object.text("since", format_rfc3339(at)); },
                        [&](offset seq) { object.raw("since", "{\"seq\":" + std::to_string(seq.value) + "}"); },
                        [&](std::chrono::milliseconds ago) { object.text("since", format_duration(ago)); },
                        [&](const resume_position& place) {
                          std::string since{"{\"position\":"};
                          codec::append_json_string(since, place.text);
                          object.raw("since", since += '}');
                        }},
             start);
  if (!filter.empty()) object.raw("filter", filter);
  object.end();
  return out;
}

}  // namespace eventmgr::client
