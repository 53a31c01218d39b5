#include "transport/http/topics.hpp"

#include "codec/json_writer.hpp"
#include "transport/common/problem_json.hpp"
#include "transport/http/json_body.hpp"
#include "transport/http/page_parameters.hpp"
#include "transport/http/topic_body.hpp"

#include <utility>

namespace eventmgr::transport {

namespace {

void append_time(std::string& out, const std::optional<time_point>& at) {
  if (!at) {
    out += "null";
    return;
  }
  out += '"';
  append_rfc3339(out, *at);
  out += '"';
}

void append_topic(std::string& out, const topic_info& topic) {
  out += R"({"topic":)";
  codec::append_json_string(out, topic.topic.str());
  out += R"(,"description":)";
  codec::append_json_string(out, topic.description);
  out += topic.declared ? R"(,"declared":true,"declaredAt":)" : R"(,"declared":false,"declaredAt":)";
  append_time(out, topic.declared_at);
  out += R"(,"eventCount":)";
  codec::append_json_number(out, topic.event_count);
  out += R"(,"subscriberCount":)";
  codec::append_json_number(out, topic.subscriber_count);
  out += R"(,"lastEvent":)";
  append_time(out, topic.last_event);
  out += '}';
}

http_response topic_answer(const topic_info& topic) {
  http_response answer;
  append_topic(answer.body, topic);
  return answer;
}

http_response declared_answer(const broker::declared_topic& done, std::string_view base) {
  http_response answer = topic_answer(done.info);
  if (!done.created) return answer;
  answer.status = 201;
  answer.headers.add("Location", std::string{base} + "/topics/" + percent_encode(done.info.topic.str()));
  return answer;
}

http_response page_answer(const topic_page& page) {
  http_response answer;
  std::string& body = answer.body;
  body += R"({"topics":[)";
  for (const topic_info& topic : page.topics) {
    if (&topic != &page.topics.front()) body += ',';
    append_topic(body, topic);
  }
  body += R"(],"total":)";
  codec::append_json_number(body, page.total);
  body += R"(,"nextCursor":)";
  if (page.next_cursor.empty()) {
    body += "null";
  } else {
    codec::append_json_string(body, page.next_cursor);
  }
  body += '}';
  return answer;
}

result<topic_body> read_body(http_request& request) {
  if (auto fault = check_json_body(request)) return std::move(*fault);
  return parse_topic_body(request.body);
}

void declare(api& calls, const call& item, topic_declaration declaration, declare_mode mode) {
  calls.events.declare_topic(std::move(declaration), mode,
                             [exchange = item.exchange, base = item.base](const result<broker::declared_topic>& done) {
                               if (done.has_error()) return fail(*exchange, done.error());
                               exchange->respond(declared_answer(*done, base));
                             });
}

}  // namespace

void list_topics(api& calls, call& item) {
  parameter_reader parameters{item.query};
  page_parameters page = page_parameters::read(parameters);
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  calls.events.list_topics(std::move(page.cursor), page.limit,
                           [exchange = item.exchange](const result<topic_page>& found) {
                             if (found.has_error()) return fail(*exchange, found.error());
                             exchange->respond(page_answer(*found));
                           });
}

void create_topic(api& calls, call& item) {
  auto read = read_body(item.request());
  if (read.has_error()) return fail(*item.exchange, read.error());
  topic_body body = std::move(*read);
  if (!body.topic) {
    return fail(*item.exchange, {.code = errc::invalid_request,
                                 .message = "a topic is needed",
                                 .details = {{.pointer = "/topic", .message = "is required"}}});
  }
  declare(calls, item, {.topic = std::move(*body.topic), .description = std::move(body.description)},
          declare_mode::create);
}

void get_topic(api& calls, call& item) {
  auto topic = topic_name::parse(item.argument);
  if (topic.has_error()) return fail(*item.exchange, topic.error());
  calls.events.find_topic(std::move(*topic), [exchange = item.exchange](const result<topic_info>& found) {
    if (found.has_error()) return fail(*exchange, found.error());
    exchange->respond(topic_answer(*found));
  });
}

void put_topic(api& calls, call& item) {
  auto topic = topic_name::parse(item.argument);
  if (topic.has_error()) return fail(*item.exchange, topic.error());
  auto read = read_body(item.request());
  if (read.has_error()) return fail(*item.exchange, read.error());
  topic_body body = std::move(*read);
  if (body.topic && *body.topic != *topic) {
    return fail(*item.exchange, {.code = errc::invalid_request,
                                 .message = "the body names another topic than the path",
                                 .details = {{.pointer = "/topic", .message = "is not the topic of the path"}}});
  }
  declare(calls, item, {.topic = std::move(*topic), .description = std::move(body.description)}, declare_mode::replace);
}

void delete_topic(api& calls, call& item) {
  auto topic = topic_name::parse(item.argument);
  if (topic.has_error()) return fail(*item.exchange, topic.error());
  calls.events.undeclare_topic(std::move(*topic), [exchange = item.exchange](const result<std::monostate>& done) {
    if (done.has_error()) return fail(*exchange, done.error());
    exchange->respond({.status = 204});
  });
}

}  // namespace eventmgr::transport
