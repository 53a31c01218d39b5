#include "http_support.hpp"
#include "transport/http/sse_tail.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <utility>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;

namespace {

/// An open stream; its connection goes when this does.
struct open_stream {
  outcome result;

  ~open_stream() {
    if (!result.stream) return;
    const auto hooks = std::exchange(result.stream->hooks, {});
    if (hooks.closed) hooks.closed();
  }

  std::string take() { return std::exchange(result.stream->text, {}); }
};

std::string place(std::uint64_t seq) { return to_string(position{.after = {offset{seq}}}); }

}  // namespace

TEST_CASE("a stream begins with where it stands and then gives events as they come") {
  api_fixture fixture;
  fixture.broker.publish("a/b");
  open_stream stream{fixture.send("GET", "/events/stream?topic=a.%23")};

  REQUIRE(stream.result.head);
  CHECK(stream.result.head->content_type == "text/event-stream");
  CHECK(stream.take() == "id: " + place(1) + "\n\n");

  fixture.broker.publish("a/c");
  fixture.broker.publish("other");
  const std::string text = stream.take();
  CHECK(text.starts_with("id: " + place(2) + "\nevent: test.happened\ndata: {\"id\":\""));
  CHECK(text.ends_with("}\n\n"));
  CHECK(text.find("\nid: ", 1) == std::string::npos);
}

TEST_CASE("a stream resumes behind the last event that the client saw, whatever since says") {
  api_fixture fixture;
  fixture.broker.publish("a", 3);
  http_request request = make_request("GET", "/events/stream?since=1");
  request.headers.add("Last-Event-ID", place(2));

  open_stream stream{fixture.send(std::move(request))};

  const std::string text = stream.take();
  CHECK(text.starts_with("id: " + place(2) + "\n\nid: " + place(3) + "\n"));
}

TEST_CASE("a stream may take several patterns and start in the past") {
  api_fixture fixture;
  fixture.broker.publish("a");
  fixture.broker.publish("b");
  fixture.broker.publish("c");

  open_stream stream{fixture.send("GET", "/events/stream?topic=a&topic=c&since=1")};

  const std::string text = stream.take();
  CHECK(text.find("\"topic\":\"a\"") != std::string::npos);
  CHECK(text.find("\"topic\":\"b\"") == std::string::npos);
  CHECK(text.find("\"topic\":\"c\"") != std::string::npos);
}

TEST_CASE("an event that had expired when it was published is history, and on no stream") {
  api_fixture fixture;
  auto record = make_event("a");
  record->expires_at = fixture.broker.time.now() - std::chrono::seconds{1};
  fixture.broker.subject->publish({std::move(record)}, [](const auto&) {});
  fixture.broker.settle();

  open_stream stream{fixture.send("GET", "/events/stream?topic=a&since=1")};
  CHECK(stream.take().find("data:") == std::string::npos);
  fixture.broker.publish("a");
  CHECK(stream.take().starts_with("id: " + place(2) + "\n"));

  CHECK(body_of(fixture.send("GET", "/events?topic=a"))["events"].size() == 2);
  CHECK(body_of(fixture.send("GET", "/metrics"))["eventsExpired"] == 1);
}

TEST_CASE("a stream may have a filter, which holds for its past as for what comes") {
  api_fixture fixture;
  const auto publish = [&](std::string_view on_topic, std::string payload) {
    fixture.broker.subject->publish({make_event(on_topic, std::move(payload))}, [](const auto&) {});
    fixture.broker.settle();
  };
  publish("a", R"({"cost":10})");
  publish("b", R"({"cost":20})");

  open_stream stream{
      fixture.send("GET", "/events/stream?since=1&filter=%7B%22payload%22:%7B%22cost%22:%7B%22gt%22:15%7D%7D%7D")};
  publish("c", R"({"cost":15})");
  publish("d", R"({"cost":16})");

  const std::string text = stream.take();
  CHECK(text.find("\"topic\":\"a\"") == std::string::npos);
  CHECK(text.find("\"topic\":\"b\"") != std::string::npos);
  CHECK(text.find("\"topic\":\"c\"") == std::string::npos);
  CHECK(text.find("\"topic\":\"d\"") != std::string::npos);
}

TEST_CASE("every fault of a stream's filter is told with its place") {
  api_fixture fixture;
  const auto result =
      fixture.send("GET", "/events/stream?topic=a..b&filter=%7B%22types%22:1,%22payload%22:%7B%22a%22:%7B%7D%7D%7D");

  REQUIRE(result.answer);
  CHECK(result.answer->status == 400);
  const auto body = nlohmann::json::parse(result.answer->body);
  CHECK(body["error"]["code"] == "invalid_request");
  std::string pointers;
  for (const auto& item : body["error"]["details"]) pointers += item["pointer"].get<std::string>() + ' ';
  CHECK(pointers == "/topic /filter/types /filter/payload/a ");

  const auto no_json = fixture.send("GET", "/events/stream?filter=types");
  CHECK(no_json.answer->status == 400);
  CHECK(no_json.answer->body.find("must be a JSON object") != std::string::npos);
}

TEST_CASE("a client that does not read is caught up when it does") {
  api_fixture fixture;
  open_stream stream{fixture.send("GET", "/events/stream")};
  stream.take();
  stream.result.stream->room = false;
  fixture.broker.publish("a", 3);
  CHECK(stream.take().empty());

  stream.result.stream->room = true;
  stream.result.stream->hooks.drained();
  fixture.broker.settle();

  const std::string text = stream.take();
  for (const std::uint64_t seq : {1U, 2U, 3U}) CHECK(text.find("id: " + place(seq) + "\n") != std::string::npos);
}

TEST_CASE("a stream that cannot start is answered as a problem") {
  api_fixture fixture;
  for (const std::string_view target :
       {"/events/stream?since=5", "/events/stream?since=0", "/events/stream?since=p1-zz", "/events/stream?topic=a..b",
        "/events/stream?since=yesterday", "/events/stream?since=1m&since=2m"}) {
    INFO(target);
    const outcome result = fixture.send("GET", target);
    REQUIRE(result.answer);
    CHECK(result.answer->status == 400);
    CHECK_FALSE(result.stream);
  }
  http_request request = make_request("GET", "/events/stream");
  request.headers.add("Last-Event-ID", "nonsense");
  CHECK(fixture.send(std::move(request)).answer->status == 400);
}

TEST_CASE("what is wrong with a stream's request is said by its name") {
  api_fixture fixture;
  const auto words_of = [&](http_request request) {
    return nlohmann::json::parse(fixture.send(std::move(request)).answer->body)["detail"].get<std::string>();
  };
  http_request resumed = make_request("GET", "/events/stream");
  resumed.headers.add("Last-Event-ID", "nonsense");
  CHECK(words_of(std::move(resumed)) == "the header Last-Event-ID is not a position of this server");
  CHECK(words_of(make_request("GET", "/events/stream?topic=a..b")) ==
        "query parameter topic must not have an empty level");
  CHECK(words_of(make_request("GET", "/events/stream?filter=%7B%22type%22:[]%7D")) ==
        "query parameter filter: /type is not known");
}

TEST_CASE("a stream ends when the broker does") {
  api_fixture fixture;
  open_stream stream{fixture.send("GET", "/events/stream")};
  stream.take();

  fixture.broker.subject->drain([] {});
  fixture.broker.settle();

  CHECK(stream.result.stream->finished);
  CHECK(stream.take().empty());
}

TEST_CASE("a client that has gone is no longer a subscription") {
  api_fixture fixture;
  open_stream stream{fixture.send("GET", "/events/stream")};
  CHECK(fixture.broker.subject->counters().tails == 1);

  std::exchange(stream.result.stream->hooks, {}).closed();
  fixture.broker.settle();

  CHECK(fixture.broker.subject->counters().tails == 0);
}

TEST_CASE("a type cannot forge fields of the stream") {
  api_fixture fixture;
  open_stream stream{fixture.send("GET", "/events/stream")};
  stream.take();
  auto sly = make_event("a");
  sly->type = "x\ndata: forged\r\n";
  fixture.broker.subject->publish({std::move(sly)}, [](const auto&) {});
  fixture.broker.settle();

  CHECK(stream.take().find("event: x data: forged  \n") != std::string::npos);
}

TEST_CASE("no event looks like what the stream itself has to say") {
  api_fixture fixture;
  open_stream stream{fixture.send("GET", "/events/stream")};
  stream.take();
  for (const std::string_view type : {"gap", "$gap", "$error"}) {
    auto sly = make_event("a");
    sly->type = type;
    fixture.broker.subject->publish({std::move(sly)}, [](const auto&) {});
  }
  fixture.broker.settle();

  const std::string text = stream.take();
  for (const std::string_view line : {"\nevent: gap\n", "\nevent: $$gap\n", "\nevent: $$error\n"}) {
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("a gap is told with its ends, and where to resume") {
  outcome result;
  const auto tail =
      std::make_shared<sse_tail>(std::make_shared<recorded_exchange>(make_request("GET", "/events/stream"), result));
  tail->opened({.after = {offset{1}}});
  open_stream stream{std::move(result)};
  stream.take();

  tail->gap({.after = {offset{1}}}, {.after = {offset{9}}});
  tail->ended({.code = errc::store_unavailable, .message = "away"});

  const std::string text = stream.take();
  CHECK(text.starts_with("id: " + place(9) + "\nevent: $gap\ndata: {\"from\":\"" + place(1) + "\",\"to\":\"" +
                         place(9) + "\"}\n\nevent: $error\ndata: {\"code\":\"store_unavailable\""));
}

TEST_CASE("HEAD of a stream is its head alone") {
  api_fixture fixture;
  const outcome result = fixture.send("HEAD", "/events/stream");
  REQUIRE(result.stream);
  CHECK(result.stream->finished);
  CHECK(result.stream->text.empty());
}
