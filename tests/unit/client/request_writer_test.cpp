#include "client/request_writer.hpp"

#include <catch2/catch.hpp>

using namespace eventmgr;
using namespace eventmgr::client;

TEST_CASE("an event is written with what was given and nothing else") {
  event_in input;
  input.type = "project.created";
  input.source = "a \"quoted\" source";
  input.payload = R"({"n":1.50})";
  CHECK(write_event(input) == R"({"type":"project.created","source":"a \"quoted\" source","payload":{"n":1.50}})");

  input.topic = "project/created";
  input.priority = priority::high;
  input.id = event_id::parse("0190163d-8694-739b-aea5-966c26f8ad90");
  input.metadata = R"({"tags":["a"]})";
  CHECK(write_event(input) ==
        R"({"id":"0190163d-8694-739b-aea5-966c26f8ad90","type":"project.created","source":"a \"quoted\" source",)"
        R"("topic":"project/created","priority":"HIGH","metadata":{"tags":["a"]},"payload":{"n":1.50}})");
}

TEST_CASE("a search becomes a query string") {
  event_query query;
  CHECK(write_query_target(query) == "/events?limit=100&order=desc");

  query.topic = *topic_pattern::parse("project.#");
  query.tag = "a&b";
  query.since = parse_rfc3339("2026-01-02T03:04:05Z");
  query.priority = priority::low;
  query.cursor = "c+1";
  query.order = sort_order::ascending;
  query.limit = 7;
  CHECK(write_query_target(query) ==
        "/events?topic=project%2F%23&since=2026-01-02T03%3A04%3A05.000Z&tag=a%26b&priority=LOW&limit=7&cursor=c%2B1&"
        "order=asc");
}

TEST_CASE("a topic is one segment of a path") {
  CHECK(write_topic_target(*topic_name::parse("project/created")) == "/topics/project%2Fcreated");
}

TEST_CASE("a tail says where it begins") {
  const std::vector<std::string> topics{"project.#", "a"};
  const std::string head = R"({"type":"subscribe","id":"tail","topic":["project.#","a"])";
  CHECK(write_subscribe(topics, from_now{}, {}) == head + "}");
  CHECK(write_subscribe(topics, offset{7}, {}) == head + R"(,"since":{"seq":7}})");
  CHECK(write_subscribe(topics, std::chrono::minutes{5}, {}) == head + R"(,"since":"5m"})");
  CHECK(write_subscribe(topics, *parse_rfc3339("2026-01-02T03:04:05Z"), {}) ==
        head + R"(,"since":"2026-01-02T03:04:05.000Z"})");
  CHECK(write_subscribe(topics, resume_position{"p1-x"}, {}) == head + R"(,"since":{"position":"p1-x"}})");
  CHECK(write_subscribe(topics, offset{7}, R"({"tags":["x"]})") ==
        head + R"(,"since":{"seq":7},"filter":{"tags":["x"]}})");
}
