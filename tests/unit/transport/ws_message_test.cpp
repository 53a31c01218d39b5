#include "transport/ws/ws_message.hpp"

#include "codec/filter_codec.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::transport;
using namespace std::chrono_literals;

namespace {

const time_point now = *parse_rfc3339("2026-01-02T03:04:05Z");
const codec::definition_defaults defaults{.retry = {.max_retries = 7}, .now = now};

ws_request parse(std::string text) {
  text.reserve(text.size() + 64);
  return parse_ws_request(text, defaults);
}

template <class Command>
Command command_of(const std::string& text) {
  ws_request request = parse(text);
  if (request.command.has_error()) FAIL(request.command.error().message);
  return std::get<Command>(std::move(*request.command));
}

std::vector<std::string> texts_of(const std::vector<topic_pattern>& topics) {
  std::vector<std::string> texts;
  for (const topic_pattern& pattern : topics) texts.push_back(pattern.str());
  return texts;
}

/// "code /pointer message, ..." of a message that is refused.
std::string faults(const std::string& text) {
  const ws_request request = parse(text);
  if (request.command.has_value()) return "none";
  std::string out{to_string(request.command.error().code)};
  for (const problem& item : request.command.error().details) out += " " + item.pointer + " " + item.message;
  return out;
}

start_point start_of(const std::string& since) {
  return command_of<ws_subscribe>(R"({"type":"subscribe","id":"s","topic":"a","since":)" + since + "}").start;
}

}  // namespace

TEST_CASE("subscribe takes a pattern or a list of them", "[ws]") {
  struct row {
    std::string topic;
    std::vector<std::string> expected;
  };
  const auto given = GENERATE(values<row>({
      {R"("project.#")", {"project/#"}},
      {R"(["project/*","user.#"])", {"project/*", "user/#"}},
      {R"("\u0061/b")", {"a/b"}},
  }));
  INFO(given.topic);

  const ws_request request = parse(R"({"type":"subscribe","id":"s1","topic":)" + given.topic + "}");

  REQUIRE(request.command.has_value());
  const auto& command = std::get<ws_subscribe>(*request.command);
  CHECK(request.id == "s1");
  CHECK(texts_of(command.topics) == given.expected);
  CHECK(std::holds_alternative<start_now>(command.start));
}

TEST_CASE("since is a time, a duration, an offset or a position", "[ws]") {
  CHECK(std::get<time_point>(start_of(R"("5m")")) == now - 5min);
  CHECK(std::get<time_point>(start_of(R"("2026-01-01T00:00:00Z")")) == *parse_rfc3339("2026-01-01T00:00:00Z"));
  CHECK(std::get<offset>(start_of(R"({"seq":17})")) == offset{17});
  const position place{.after = {offset{41}}};
  CHECK(std::get<position>(start_of(R"({"position":")" + to_string(place) + R"("})")) == place);
}

TEST_CASE("the members of a message may come in any order", "[ws]") {
  const ws_request request = parse(R"( { "event" : {"a":[1,2.50]} , "id":"7" , "type":"publish" } )");

  REQUIRE(request.command.has_value());
  CHECK(request.id == "7");
  const std::string& event = std::get<ws_publish>(*request.command).event;
  CHECK(event.substr(0, 14) == R"({"a":[1,2.50]})");
  CHECK(event.capacity() >= event.size() + 64);
}

TEST_CASE("unsubscribe and ping", "[ws]") {
  CHECK(std::holds_alternative<ws_unsubscribe>(*parse(R"({"type":"unsubscribe","id":"s"})").command));
  CHECK(std::holds_alternative<ws_ping>(*parse(R"({"type":"ping"})").command));
}

TEST_CASE("filters and options that say nothing are accepted", "[ws]") {
  CHECK(faults(R"({"type":"subscribe","id":"s","topic":"a","filter":{},"options":{}})") == "none");
}

TEST_CASE("a subscription may have a filter", "[ws]") {
  const ws_request request = parse(
      R"({"type":"subscribe","id":"s","filter" : { "types":["a.*"], "payload":{"cost":{"gt":5}} } ,"topic":"a"})");

  REQUIRE(request.command.has_value());
  const auto& command = std::get<ws_subscribe>(*request.command);
  CHECK(codec::to_json(command.filter) == R"({"types":["a.*"],"payload":{"cost":{"gt":5}}})");
}

TEST_CASE("options that mean something to a tail count there", "[ws]") {
  const auto command = command_of<ws_subscribe>(
      R"({"type":"subscribe","id":"s","topic":"a","options":{"priority":"HIGH","startFrom":"earliest"}})");

  CHECK(command.filter.clauses().priorities == priority_set::at_least(priority::high));
  CHECK(std::holds_alternative<start_earliest>(command.start));
}

TEST_CASE("a durable subscription has a name, and options of its own", "[ws]") {
  const auto command = command_of<ws_attach>(
      R"({"options":{"batchSize":20,"maxConcurrency":50},"since":{"seq":5},"durable":"audit","topic":["a","b.#"],)"
      R"("filter":{"types":["x"]},"id":"s","type":"subscribe"})");

  const subscription_definition& wanted = command.definition;
  CHECK(wanted.name == "audit");
  CHECK(wanted.channel == channel_kind::stream);
  CHECK(texts_of(wanted.topics) == std::vector<std::string>{"a", "b/#"});
  CHECK(wanted.filter == R"({"types":["x"]})");
  CHECK(wanted.options.batch_size == 20);
  CHECK(wanted.options.max_concurrency == 50);
  CHECK(std::get<offset>(wanted.options.start_from) == offset{5});
  CHECK(wanted.options.retry.max_retries == 7);
}

TEST_CASE("what is there already is attached to by its name alone", "[ws]") {
  const auto command = command_of<ws_attach>(R"({"type":"subscribe","id":"s","durable":"audit"})");

  CHECK(command.definition.name == "audit");
  CHECK(command.definition.topics.empty());
}

TEST_CASE("ack and nack name events by their ids", "[ws]") {
  const auto ack = command_of<ws_acknowledge>(R"({"type":"ack","subscription":"s","ackIds":["1","\u0032"]})");
  const auto nack = command_of<ws_acknowledge>(
      R"({"retry":false,"error":"no such account","ackIds":["3"],"subscription":"s","type":"nack","id":"n"})");
  const auto again = command_of<ws_acknowledge>(R"({"type":"nack","subscription":"s","ackIds":["4"]})");

  CHECK(ack.subscription == "s");
  REQUIRE(ack.results.size() == 2);
  CHECK(ack.results[1].ack_id == "2");
  CHECK(ack.results[1].success);
  REQUIRE(nack.results.size() == 1);
  CHECK_FALSE(nack.results[0].success);
  CHECK_FALSE(nack.results[0].retry);
  CHECK(nack.results[0].error == "no such account");
  REQUIRE(again.results.size() == 1);
  CHECK(again.results[0].retry);
}

TEST_CASE("the words of a nack are cut where they are long, at a character", "[ws]") {
  std::string error(1023, 'x');
  error += "\xC3\xA9";

  const auto nack =
      command_of<ws_acknowledge>(R"({"type":"nack","subscription":"s","ackIds":["1"],"error":")" + error + "\"}");

  CHECK(nack.results[0].error == std::string(1023, 'x'));
}

TEST_CASE("what is wrong with a message is said", "[ws]") {
  struct row {
    std::string text;
    std::string expected;
  };
  const std::string bad_since =
      R"(invalid_request /since must be "now", "earliest", a time, a duration as "5m", {"seq":number} or )"
      R"({"position":string})";
  const std::string subscribe = R"({"type":"subscribe","id":"s","topic":"a",)";
  const auto given = GENERATE_COPY(values<row>({
      {"", "malformed_json"},
      {"{", "malformed_json"},
      {R"({"type":"ping"} x)", "malformed_json"},
      {R"({"type":"ping"}{})", "malformed_json"},
      {R"({"type":"ping",})", "malformed_json"},
      {"[]", "invalid_request  must be an object"},
      {R"({})", "invalid_request /type is required"},
      {R"({"type":"dance"})", "invalid_request /type must be subscribe, unsubscribe, ack, nack, publish or ping"},
      {R"({"type":1})", "invalid_request /type must be a string"},
      {R"({"type":"ping","type":"ping"})", "invalid_request /type is given twice"},
      {R"({"type":"ping","x/y":1})", "invalid_request /x~1y is not known"},
      {R"({"type":"ping","topic":"a"})", "invalid_request /topic does not belong to this type of message"},
      {R"({"type":"subscribe","id":"s"})", "invalid_request /topic is required without durable"},
      {R"({"type":"subscribe","topic":"a"})", "invalid_request /id is required"},
      {R"({"type":"subscribe","id":"","topic":"a"})", "invalid_request /id must be a string of 1 to 128 bytes"},
      {R"({"type":"subscribe","id":"s","topic":[]})", "invalid_request /topic must not be empty"},
      {R"({"type":"subscribe","id":"s","topic":["a",2]})", "invalid_request /topic/1 must be a string"},
      {R"({"type":"subscribe","id":"s","topic":3})", "invalid_request /topic must be a pattern or a list of patterns"},
      {subscribe + R"("durable":"a b"})",
       "invalid_request /durable must be 1 to 255 ASCII letters, digits, dots, dashes and underscores"},
      {subscribe + R"("filter":{"type":["a"],"payload":{"cost":{"gt":"9"}}}})",
       "invalid_request /filter/type is not known /filter/payload/cost/gt must be a number"},
      {subscribe + R"("filter":[]})", "invalid_request /filter must be an object"},
      {subscribe + R"("filter":{"payload":{"a":1x}}})", "malformed_json"},
      {subscribe + R"("options":{"batchSize":2}})",
       "invalid_request /options/batchSize means something only to a durable subscription"},
      {subscribe + R"("options":[]})", "invalid_request /options must be an object"},
      {subscribe + R"("since":"yesterday"})", bad_since},
      {subscribe + R"("since":5})", bad_since},
      {subscribe + R"("since":{}})", bad_since},
      {subscribe + R"("since":{"seq":-1}})", bad_since},
      {subscribe + R"("since":{"seq":1,"position":"x"}})", bad_since},
      {R"({"type":"publish","id":"p"})", "invalid_request /event is required"},
      {R"({"type":"publish","id":"p","event":"x"})", "invalid_request /event must be an object"},
      {R"({"type":"ack","subscription":"s"})", "invalid_request /ackIds is required"},
      {R"({"type":"ack","subscription":"","ackIds":["x"]})",
       "invalid_request /subscription must be a string of 1 to 128 bytes"},
      {R"({"type":"ack","subscription":"s","ackIds":["x"],"retry":true})",
       "invalid_request /retry does not belong to this type of message"},
      {R"({"type":"nack","subscription":"s","ackIds":["x",1],"retry":1,"error":{}})",
       "invalid_request /ackIds must be a list of strings /retry must be true or false /error must be a string"},
  }));
  INFO(given.text);

  CHECK(faults(given.text) == given.expected);
}

TEST_CASE("the words of a refusal name the place as a JSON Pointer", "[ws]") {
  const auto words_of = [](const std::string& text) { return parse(text).command.error().message; };
  const std::string subscribe = R"({"type":"subscribe","id":"s","topic":)";

  CHECK(words_of(subscribe + R"("a","filter":{"payload":{"cost":{"gt":"9"}}}})") ==
        "the message is not valid: /filter/payload/cost/gt must be a number");
  CHECK(words_of(subscribe + R"("a..b"})") == "the message is not valid: /topic must not have an empty level");
  CHECK(words_of("[]") == "the message is not valid: it must be an object");
}

TEST_CASE("every fault of a message is told, and whose it is", "[ws]") {
  const ws_request request = parse(R"({"type":"subscribe","id":"s9","since":1,"filter":[],"options":{"x":1}})");

  CHECK(request.id == "s9");
  REQUIRE(request.command.has_error());
  CHECK(request.command.error().details.size() == 4);
}

TEST_CASE("a target may ask for a subscription", "[ws]") {
  const auto none = parse_ws_target("/ws", defaults);
  const auto two = parse_ws_target("/ws?topic=a.%23&topic=b&since=1h&filter=%7B%22tags%22:[%22x%22]%7D", defaults);

  REQUIRE(none.has_value());
  CHECK_FALSE(*none);
  REQUIRE(two.has_value());
  const auto& tail = std::get<ws_subscribe>(two->value());
  CHECK(texts_of(tail.topics) == std::vector<std::string>{"a/#", "b"});
  CHECK(std::get<time_point>(tail.start) == now - 1h);
  CHECK(codec::to_json(tail.filter) == R"({"tags":["x"]})");
}

TEST_CASE("a target may ask for a durable subscription", "[ws]") {
  const auto made = parse_ws_target("/ws?topic=a&durable=audit&since=7&options=%7B%22batchSize%22:5%7D", defaults);
  const auto joined = parse_ws_target("/ws?durable=audit", defaults);

  REQUIRE(made.has_value());
  const subscription_definition& wanted = std::get<ws_attach>(made->value()).definition;
  CHECK(wanted.name == "audit");
  CHECK(texts_of(wanted.topics) == std::vector<std::string>{"a"});
  CHECK(wanted.options.batch_size == 5);
  CHECK(std::get<offset>(wanted.options.start_from) == offset{7});
  REQUIRE(joined.has_value());
  CHECK(std::get<ws_attach>(joined->value()).definition.topics.empty());
}

TEST_CASE("a target that asks for what does not exist is refused", "[ws]") {
  const auto target = GENERATE(as<std::string>{}, "/ws?topic=a//b", "/ws?topic=", "/ws?since=5m", "/ws?topic=a&since=x",
                               "/ws?topic=a&x=1", "/ws?topic=a&filter={", "/ws?topic=a&filter=1", "/ws?filter={}",
                               "/ws?topic=%zz", "/ws?topic=a&options={}", "/ws?durable=", "/ws?durable=a/b",
                               "/ws?durable=d&options=%7B%22batchSize%22:0%7D", "/ws?durable=d&filter={");
  INFO(target);

  const auto parsed = parse_ws_target(target, defaults);

  REQUIRE(parsed.has_error());
  CHECK(parsed.error().code == errc::invalid_request);
}

TEST_CASE("what is wrong with a target is said by the parameter's name", "[ws]") {
  const auto words_of = [](const std::string& target) { return parse_ws_target(target, defaults).error().message; };

  CHECK(words_of("/ws?topic=a..b") == "query parameter topic must not have an empty level");
  CHECK(words_of("/ws?topic=a&filter=%7B%22type%22:[]%7D") == "query parameter filter: /type is not known");
  CHECK(words_of("/ws?durable=d&options=%7B%22batchSize%22:0%7D") ==
        "query parameter options: /batchSize must be a whole number from 1 to 1000");
  CHECK(words_of("/ws?durable=a/b") ==
        "query parameter durable must be 1 to 255 ASCII letters, digits, dots, dashes and underscores");
}

TEST_CASE("messages of the server", "[ws]") {
  const position start{.after = {offset{3}}};
  const position later{.after = {offset{9}}};
  const uuid id = *parse_uuid("0194295e-1b2c-7000-8000-000000000001");
  const std::string uuid_text = "0194295e-1b2c-7000-8000-000000000001";

  CHECK(subscribed_message("s\"1", {id}, start) == R"({"type":"subscribed","id":"s\"1","subscriptionId":")" +
                                                       uuid_text + R"(","position":")" + to_string(start) + R"("})");
  CHECK(unsubscribed_message("s") == R"({"type":"unsubscribed","id":"s"})");
  CHECK(published_message("p", {id}, offset{7}, true) ==
        R"({"type":"published","id":"p","eventId":")" + uuid_text + R"(","seq":7,"duplicate":true})");
  CHECK(published_message("p", {id}, offset{}, false) == R"({"type":"published","id":"p","eventId":")" + uuid_text +
                                                             R"(","seq":null,"scheduled":true,"duplicate":false})");
  CHECK(pong_message("") == R"({"type":"pong"})");
  CHECK(gap_message("s", start, later) ==
        R"({"type":"gap","subscription":"s","from":")" + to_string(start) + R"(","to":")" + to_string(later) + R"("})");
  CHECK(error_message("", {.code = errc::not_found, .message = "no"}) ==
        R"({"type":"error","error":{"code":"not_found","message":"no","details":[]}})");
}
