#include "core/normalise.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <string>

using namespace eventmgr;
using namespace std::chrono_literals;

namespace {

const time_point now{1'767'322'245'678ms};

event_in minimal() {
  event_in input;
  input.type = "project.created";
  input.source = "project-service";
  input.payload = "{}";
  return input;
}

event_id some_id(const char* text = "0190163d-8694-739b-aea5-966c26f8ad91") { return *event_id::parse(text); }

}  // namespace

TEST_CASE("an event gets every default") {
  std::vector<problem> problems;
  const auto made = normalise(minimal(), std::nullopt, now, problems);
  REQUIRE(made);
  CHECK(problems.empty());
  CHECK_FALSE(made->id.value.is_nil());
  CHECK(made->id.value.bytes[6] >> 4U == 7);
  CHECK(made->type == "project.created");
  CHECK(made->source == "project-service");
  CHECK(made->topic.str() == "project/created");
  CHECK(made->version == "1.0");
  CHECK(made->priority == priority::normal);
  CHECK(made->timestamp == now);
  CHECK(made->payload == "{}");
  CHECK(made->metadata.empty());
  CHECK_FALSE(made->correlation_id);
  CHECK_FALSE(made->causation_id);
  CHECK_FALSE(made->expires_at);
  CHECK(made->ordering_key.empty());
  CHECK(made->seq == offset{0});
}

TEST_CASE("what the publisher gives is kept") {
  event_in input = minimal();
  input.id = some_id();
  input.topic = "other.place";
  input.version = "2.1";
  input.timestamp = now - 1h;
  input.priority = priority::critical;
  input.metadata = R"({"tags":[]})";
  input.correlation_id = some_id("0190163d-8694-739b-aea5-966c26f8ad92");
  input.causation_id = some_id("0190163d-8694-739b-aea5-966c26f8ad93");
  input.ordering_key = "k";
  std::vector<problem> problems;
  const auto made = normalise(event_in{input}, now + 1h, now, problems);
  REQUIRE(made);
  CHECK(made->id == some_id());
  CHECK(made->topic.str() == "other/place");
  CHECK(made->version == "2.1");
  CHECK(made->timestamp == now - 1h);
  CHECK(made->priority == priority::critical);
  CHECK(made->metadata == input.metadata);
  CHECK(made->correlation_id == input.correlation_id);
  CHECK(made->causation_id == input.causation_id);
  CHECK(made->expires_at == now + 1h);
  CHECK(made->ordering_key == "k");
}

TEST_CASE("generated ids ascend within a thread") {
  std::vector<problem> problems;
  const auto first = normalise(minimal(), std::nullopt, now, problems);
  const auto second = normalise(minimal(), std::nullopt, now, problems);
  CHECK(first->id < second->id);
}

TEST_CASE("each rule is reported where it is broken") {
  struct row {
    const char* name;
    std::function<void(event_in&)> spoil;
    const char* pointer;
    const char* message;
  };
  const row rows[] = {
      {"no type", [](event_in& e) { e.type.clear(); }, "/type", "1 to 255 bytes"},
      {"long type", [](event_in& e) { e.type.assign(256, 'x'); }, "/type", "1 to 255 bytes"},
      {"type with a line feed", [](event_in& e) { e.type = "a\nb"; }, "/type", "control"},
      {"type not UTF-8", [](event_in& e) { e.type = "a\xFF"; }, "/type", "UTF-8"},
      {"no source", [](event_in& e) { e.source.clear(); }, "/source", "1 to 255 bytes"},
      {"source with U+0000", [](event_in& e) { e.source = std::string("a\0", 2); }, "/source", "control"},
      {"type without a topic", [](event_in& e) { e.type = "Order created"; }, "/topic", "must be given"},
      {"type as a wildcard", [](event_in& e) { e.type = "a.*"; }, "/topic", "must be given"},
      {"bad topic", [](event_in& e) { e.topic = "a//b"; }, "/topic", "empty level"},
      {"topic with a wildcard", [](event_in& e) { e.topic = "a.#"; }, "/topic", "wildcard"},
      {"empty topic", [](event_in& e) { e.topic = ""; }, "/topic", "1 to 500 bytes"},
      {"empty version", [](event_in& e) { e.version = ""; }, "/version", "1 to 255 bytes"},
      {"long ordering key", [](event_in& e) { e.ordering_key.assign(256, 'k'); }, "/orderingKey", "1 to 255 bytes"},
      {"ordering key with U+0000", [](event_in& e) { e.ordering_key = std::string(1, '\0'); }, "/orderingKey",
       "control"},
      {"far schedule", [](event_in& e) { e.deliver_at = now + 366 * 24h + 1ms; }, "/deliverAt", "at most 366 days"},
      {"far timestamp", [](event_in& e) { e.timestamp = time_point::max(); }, "/timestamp", "0001 to 9999"},
  };
  for (const row& each : rows) {
    INFO(each.name);
    event_in input = minimal();
    each.spoil(input);
    std::vector<problem> problems;
    CHECK_FALSE(normalise(std::move(input), std::nullopt, now, problems));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].pointer == each.pointer);
    CHECK_THAT(problems[0].message, Catch::Contains(each.message));
  }
}

TEST_CASE("the bounds themselves are allowed") {
  event_in input = minimal();
  input.type.assign(255, 't');
  input.source.assign(255, 's');
  input.version = std::string(255, 'v');
  input.ordering_key.assign(255, 'k');
  input.topic = std::string(500, 'x');
  std::vector<problem> problems;
  CHECK(normalise(std::move(input), std::nullopt, now, problems));
}

TEST_CASE("a schedule that lies ahead is kept, and one that has come is left out") {
  struct row {
    std::chrono::milliseconds ahead;
    bool is_kept;
  };
  for (const auto& [ahead, is_kept] : {row{-1h, false}, row{0ms, false}, row{1ms, true}, row{366 * 24h, true}}) {
    CAPTURE(ahead.count());
    event_in input = minimal();
    input.deliver_at = now + ahead;
    std::vector<problem> problems;
    const auto made = normalise(std::move(input), std::nullopt, now, problems);
    REQUIRE(made);
    CHECK(made->deliver_at.has_value() == is_kept);
    if (is_kept) CHECK(*made->deliver_at == now + ahead);
  }
}

TEST_CASE("a type that makes no topic is good where a topic is given") {
  event_in input = minimal();
  input.type = "Order created: größer €";
  input.topic = "order.created";
  std::vector<problem> problems;
  CHECK(normalise(std::move(input), std::nullopt, now, problems));
}

TEST_CASE("all faults are reported at once, those of the caller too") {
  std::vector<problem> problems{{"/payload", "is required"}, {"/type", "is required"}};
  event_in input;
  input.topic = "a b";
  CHECK_FALSE(normalise(std::move(input), time_point::max(), now, problems));
  std::vector<std::string> pointers;
  for (const auto& each : problems) pointers.push_back(each.pointer);
  CHECK(pointers == std::vector<std::string>{"/payload", "/type", "/source", "/metadata/expiresAt", "/topic"});
}

TEST_CASE("a fault of the caller's alone is enough") {
  std::vector<problem> problems{{"/id", "must be a UUID"}};
  CHECK_FALSE(normalise(minimal(), std::nullopt, now, problems));
  CHECK(problems.size() == 1);
}
