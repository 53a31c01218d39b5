#include "transport/http/history.hpp"

#include "codec/event_renderer.hpp"
#include "codec/json_writer.hpp"
#include "transport/common/parameter_reader.hpp"
#include "transport/common/problem_json.hpp"
#include "transport/http/json_reply.hpp"
#include "transport/http/page_moment.hpp"

#include <limits>
#include <utility>

namespace eventmgr::transport {

namespace {

void read_priority(parameter_reader& parameters, event_query& query) {
  const auto given = parameters.text("priority");
  if (!given) return;
  query.priority = parse_priority(*given);
  if (!query.priority) parameters.reject("priority", "must be CRITICAL, HIGH, NORMAL, LOW or 0 to 3");
}

void read_order(parameter_reader& parameters, event_query& query) {
  const auto given = parameters.text("order");
  if (!given || *given == "desc") return;
  if (*given != "asc") return parameters.reject("order", "must be asc or desc");
  query.order = sort_order::ascending;
}

struct paged_query {
  event_query what{};
  page_moment asked;
};

paged_query read_query(parameter_reader& parameters, time_point now) {
  event_query query;
  query.cursor = parameters.text("cursor").value_or("");
  const bool first = query.cursor.empty();
  const page_moment asked{now, query.cursor};
  query.topic = parameters.pattern("topic");
  query.type = parameters.string("type");
  query.source = parameters.string("source");
  query.since = parameters.moment("since", asked.at());
  query.until = parameters.moment("until", asked.at());
  query.correlation_id = parameters.id<event_id>("correlationId");
  query.project_id = parameters.string("projectId");
  query.user_id = parameters.string("userId");
  query.tag = parameters.string("tag");
  read_priority(parameters, query);
  query.limit = static_cast<std::uint32_t>(parameters.number("limit", query.limit, 1, event_query::max_limit));
  // SQL's integers are signed.
  query.skip = parameters.number("offset", 0, 0, std::numeric_limits<std::int64_t>::max());
  if (!first && query.skip != 0) parameters.reject("offset", "does not go with cursor");
  read_order(parameters, query);
  return {.what = std::move(query), .asked = asked};
}

http_response page_answer(const event_page& page, std::uint32_t limit, std::uint64_t skip) {
  http_response answer;
  std::string& body = answer.body;
  body.reserve(256 + page.events.size() * 768);
  body += R"({"events":[)";
  for (const event& record : page.events) {
    if (&record != &page.events.front()) body += ',';
    codec::append_json(body, record);
  }
  body += R"(],"total":)";
  codec::append_json_number(body, page.total);
  body += page.total_is_exact ? R"(,"totalRelation":"eq","limit":)" : R"(,"totalRelation":"gte","limit":)";
  codec::append_json_number(body, limit);
  body += R"(,"offset":)";
  codec::append_json_number(body, skip);
  body += page.has_more ? R"(,"hasMore":true,"nextCursor":)" : R"(,"hasMore":false,"nextCursor":)";
  if (page.next_cursor.empty()) {
    body += "null";
  } else {
    codec::append_json_string(body, page.next_cursor);
  }
  body += '}';
  return answer;
}

void answer_query(api& calls, const call& item, paged_query query) {
  const std::uint32_t limit = query.what.limit;
  const std::uint64_t skip = query.what.skip;
  calls.events.query_events(
      std::move(query.what),
      query.asked.sealing(reply_with<event_page>(
          item.exchange, [limit, skip](const event_page& found) { return page_answer(found, limit, skip); })));
}

}  // namespace

void list_events(api& calls, call& item) {
  parameter_reader parameters{item.query};
  paged_query query = read_query(parameters, calls.events.now());
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  answer_query(calls, item, std::move(query));
}

void list_topic_events(api& calls, call& item) {
  parameter_reader parameters{item.query};
  paged_query query = read_query(parameters, calls.events.now());
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  const auto topic = topic_name::parse(item.argument);
  if (topic.has_error()) return fail(*item.exchange, topic.error());
  // Every topic is a pattern too: the one that matches itself alone.
  query.what.topic = topic_pattern::parse(topic->str()).value();
  answer_query(calls, item, std::move(query));
}

void get_event(api& calls, call& item) {
  const auto id = event_id::parse(item.argument);
  if (!id) return fail(*item.exchange, {.code = errc::not_found, .message = "no event " + item.argument});
  calls.events.find_event(*id, [exchange = item.exchange](const result<event>& found) {
    if (found.has_error()) return fail(*exchange, found.error());
    http_response answer;
    codec::append_json(answer.body, *found);
    exchange->respond(std::move(answer));
  });
}

}  // namespace eventmgr::transport
