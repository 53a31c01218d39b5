#include "broker/broker.hpp"
#include "broker/delivery/subscription_face.hpp"
#include "codec/websocket_parser.hpp"
#include "transport/ws/broker_protocol.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::transport;

namespace ws = codec::websocket;

namespace {

/// Durable subscriptions in the test's hand.
class fake_subscriptions final : public subscription_face {
 public:
  struct attachment {
    subscription_definition wanted{};
    std::shared_ptr<consumer_sink> sink{};
    std::vector<std::vector<lease_result>> acknowledged{};  ///< by call
    int resumed{0};
    bool released{false};

    void answer(std::uint32_t batch_size = 1) const {
      subscription_info info{.definition = wanted};
      info.definition.options.batch_size = batch_size;
      sink->attached(info, {.after = {offset{0}}});
    }
  };

  std::deque<attachment> attachments{};

  std::unique_ptr<consumer_handle> attach(attach_request request, std::shared_ptr<consumer_sink> sink) override {
    attachments.push_back({.wanted = std::move(request.definition), .sink = std::move(sink)});
    return std::make_unique<handle>(attachments.back());
  }

  void create(subscription_definition, reply<created_subscription>) override {}
  void check(subscription_definition, reply<std::monostate>) override {}
  void update(subscription_ref, definition_change, reply<subscription_info>) override {}
  void list(std::string, std::uint32_t, reply<subscription_page>) override {}
  void find(subscription_ref, reply<subscription_info>) override {}
  void remove(subscription_ref, reply<std::monostate>) override {}
  void pause(subscription_ref, reply<subscription_info>) override {}
  void resume(subscription_ref, resume_request, reply<subscription_info>) override {}
  void seek(subscription_ref, start_point, reply<subscription_info>) override {}
  void test(subscription_ref, reply<delivery_attempt>) override {}
  void stats(subscription_ref, reply<subscription_stats>) override {}
  void attempts(subscription_ref, std::optional<event_id>, std::string, std::uint32_t, reply<attempt_page>) override {}
  void pull(subscription_ref, std::uint32_t, std::chrono::milliseconds, std::shared_ptr<std::atomic<bool>>,
            reply<std::vector<leased_event>>) override {}
  void acknowledge(subscription_ref, std::vector<lease_result>, reply<ack_summary>) override {}
  void query_dead_letters(dead_letter_query, reply<dead_letter_page>) override {}
  void find_dead_letter(dead_letter_id, reply<dead_letter>) override {}

 private:
  class handle final : public consumer_handle {
   public:
    explicit handle(attachment& of) : of_{of} {}
    handle(const handle&) = delete;
    handle& operator=(const handle&) = delete;
    ~handle() override { of_.released = true; }
    void acknowledge(std::vector<lease_result> results) override { of_.acknowledged.push_back(std::move(results)); }
    void resume() override { ++of_.resumed; }

   private:
    attachment& of_;
  };
};

class fake_broker final : public broker {
 public:
  class silent_tail final : public tail_handle {
   public:
    void resume() override {}
    subscription_id id() const noexcept override { return {}; }
  };

  fake_subscriptions durable{};

  std::unique_ptr<tail_handle> open_tail(tail_request, std::shared_ptr<stream_sink> sink) override {
    sink->opened({.after = {offset{0}}});
    return std::make_unique<silent_tail>();
  }
  subscription_face& subscriptions() noexcept override { return durable; }
  // No WebSocket asks for these.
  redelivery_face& redeliveries() noexcept override { std::terminate(); }
  proof_face& proof() noexcept override { std::terminate(); }
  explain_face& explanations() noexcept override { std::terminate(); }
  broker_counters& counters() noexcept override { return counters_; }
  time_point now() const override { return *parse_rfc3339("2026-01-02T03:04:05Z"); }

  void publish(std::vector<std::shared_ptr<event>>, publish_done) override {}
  std::function<void()> publish_and_wait(std::shared_ptr<event>, std::chrono::milliseconds,
                                         reply<delivery_receipt>) override {
    return {};
  }
  void query_events(event_query, reply<event_page>) override {}
  void find_event(event_id, reply<event>) override {}
  void list_topics(std::string, std::uint32_t, reply<topic_page>) override {}
  void find_topic(topic_name, reply<topic_info>) override {}
  void declare_topic(topic_declaration, declare_mode, reply<declared_topic>) override {}
  void undeclare_topic(topic_name, reply<std::monostate>) override {}
  health_report health() const override { return {}; }
  metrics_report metrics() const override { return {}; }
  void drain(std::function<void()>) override {}

 private:
  broker_counters counters_{};
};

/// One connection without a socket.
class connection {
 public:
  explicit connection(std::string target = "/ws", std::size_t outbox_bytes = 4096)
      : sender_{std::make_shared<ws_sender>(
            ws_sender::settings{.outbox_bytes = outbox_bytes, .deflate_threshold = 256, .deflate_window_bits = 0},
            ws_sender::hooks{.flush = [] {},
                             .close = [](ws::close_code, std::string) {},
                             .post = [this](auto work) { posted_.push_back(std::move(work)); }})},
        protocol_{make_broker_protocol_factory(subject, {.max_subscriptions = 3})(
                      sender_, {.method = "GET", .target = std::move(target)})
                      .value()} {
    protocol_->on_open();
  }

  /// One turn of the connection's thread: messages that came together.
  std::vector<std::string> turn(const std::vector<std::string>& messages) {
    for (std::string text : messages) {
      text.reserve(text.size() + 64);
      protocol_->on_text(text);
    }
    protocol_->on_turn_end();
    return sent();
  }

  /// What was sent since the last call.
  std::vector<std::string> sent() {
    for (const auto& work : std::exchange(posted_, {})) work();
    std::string bytes;
    std::vector<std::string> messages;
    ws::parser parser{{.reader = ws::role::client}};
    while (sender_->take(bytes)) {
      std::string_view input = bytes;
      while (parser.next(input) == ws::parse_event::text) messages.push_back(parser.payload());
      if (sender_->take_refusal()) protocol_->on_room();
    }
    return messages;
  }

  ws_protocol& protocol() { return *protocol_; }
  std::deque<fake_subscriptions::attachment>& attachments() { return subject.durable.attachments; }

  fake_broker subject{};

 private:
  std::vector<std::function<void()>> posted_;
  std::shared_ptr<ws_sender> sender_;
  std::shared_ptr<ws_protocol> protocol_;
};

const std::string subscribe = R"({"type":"subscribe","id":"s1","topic":"a.#","durable":"audit"})";

std::string ack(const std::string& ids) { return R"({"type":"ack","subscription":"s1","ackIds":[)" + ids + "]}"; }

leased_event leased(const std::string& ack_id, std::size_t size = 2) {
  const auto json = std::make_shared<const std::string>(size, '1');
  return {.ack_id = ack_id, .event = {.tag = 1, .json = json}, .place = {.after = {offset{1}}}};
}

std::vector<std::string> ids_of(const std::vector<lease_result>& results) {
  std::vector<std::string> ids;
  for (const lease_result& said : results) ids.push_back(said.ack_id);
  return ids;
}

bool has(const std::vector<std::string>& messages, const std::string& part) {
  return messages.size() == 1 && messages.front().find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("nothing more is read until a durable subscription has its answer", "[ws]") {
  connection c;
  c.turn({subscribe});
  REQUIRE(c.attachments().size() == 1);
  CHECK(c.attachments()[0].wanted.name == "audit");
  CHECK_FALSE(c.protocol().ready());

  c.attachments()[0].answer();

  CHECK(c.protocol().ready());
  CHECK(has(c.sent(), R"({"type":"subscribed","id":"s1")"));
}

TEST_CASE("a request may attach at once", "[ws]") {
  connection c{"/ws?durable=audit&topic=a"};

  REQUIRE(c.attachments().size() == 1);
  c.attachments()[0].answer();

  CHECK(has(c.sent(), R"({"type":"subscribed","id":"default")"));
}

TEST_CASE("acknowledgements that come together reach the broker together", "[ws]") {
  connection c;
  c.turn({subscribe});
  c.attachments()[0].answer();
  c.sent();

  const auto answers = c.turn({ack(R"("1","2")"), ack(R"("3")"),
                               R"({"type":"nack","subscription":"s1","ackIds":["4"],"retry":false,"error":"no"})"});
  c.turn({ack(R"("5")")});
  c.turn({R"({"type":"ping"})"});

  CHECK(answers.empty());
  const auto& calls = c.attachments()[0].acknowledged;
  REQUIRE(calls.size() == 2);
  CHECK(ids_of(calls[0]) == std::vector<std::string>{"1", "2", "3", "4"});
  CHECK_FALSE(calls[0][3].success);
  CHECK_FALSE(calls[0][3].retry);
  CHECK(calls[0][3].error == "no");
  CHECK(ids_of(calls[1]) == std::vector<std::string>{"5"});
}

TEST_CASE("a great many acknowledgements do not gather without end", "[ws]") {
  connection c;
  c.turn({subscribe});
  c.attachments()[0].answer();
  std::string ids = R"("x")";
  for (int i = 1; i < 600; ++i) ids += R"(,"x")";

  c.turn({ack(ids), ack(ids), ack(ids)});

  const auto& calls = c.attachments()[0].acknowledged;
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].size() == 1200);
  CHECK(calls[1].size() == 600);
}

TEST_CASE("what was acknowledged before the end still counts, and the rest is given back", "[ws]") {
  connection c;
  c.turn({subscribe});
  c.attachments()[0].answer();
  c.sent();
  std::string said = ack(R"("1")");
  said.reserve(said.size() + 64);

  c.protocol().on_text(said);
  c.protocol().on_close();

  CHECK(c.attachments()[0].acknowledged.size() == 1);
  CHECK(c.attachments()[0].released);
}

TEST_CASE("unsubscribing leaves a durable subscription", "[ws]") {
  connection c;
  c.turn({subscribe});
  c.attachments()[0].answer();
  c.sent();

  const auto answers = c.turn({ack(R"("1")"), R"({"type":"unsubscribe","id":"s1"})", ack(R"("2")")});

  REQUIRE(answers.size() == 2);
  CHECK(answers[0] == R"({"type":"unsubscribed","id":"s1"})");
  CHECK(answers[1].find(R"("code":"not_found")") != std::string::npos);
  CHECK(c.attachments()[0].acknowledged.size() == 1);
  CHECK(c.attachments()[0].released);
}

TEST_CASE("a connection holds ephemeral and durable subscriptions", "[ws]") {
  connection c;

  c.turn({subscribe});
  c.attachments()[0].answer();
  c.turn({R"({"type":"subscribe","id":"s2","topic":"#"})"});
  c.turn({R"({"type":"subscribe","id":"s3","durable":"other"})"});
  c.attachments()[1].answer(20);
  c.sent();

  CHECK(has(c.turn({R"({"type":"ack","subscription":"s2","ackIds":["1"]})"}), "takes no acknowledgements"));
  CHECK(has(c.turn({R"({"type":"subscribe","id":"s4","durable":"more"})"}), "3 subscriptions"));
  CHECK(has(c.turn({R"({"type":"subscribe","id":"s1","topic":"#"})"}), "conflict"));
  CHECK(c.attachments()[1].sink->offer(std::vector{leased("9")}));
  CHECK(has(c.sent(), R"({"type":"events","subscription":"s3","items":[{"ackId":"9")"));
}

TEST_CASE("a full outbox refuses, and the broker hears of the room that comes", "[ws]") {
  connection c{"/ws", 500};
  c.turn({subscribe});
  c.attachments()[0].answer();
  c.sent();
  const auto& sink = c.attachments()[0].sink;
  REQUIRE(sink->offer(std::vector{leased("1", 200)}));

  CHECK_FALSE(sink->offer(std::vector{leased("2", 200)}));
  CHECK(c.attachments()[0].resumed == 0);
  CHECK(c.sent().size() == 1);

  CHECK(c.attachments()[0].resumed == 1);
  CHECK(sink->offer(std::vector{leased("2", 200)}));
}

TEST_CASE("a subscription that the broker ends is told, and its id can be used again", "[ws]") {
  connection c;
  c.turn({subscribe});

  c.attachments()[0].sink->ended({.code = errc::conflict, .message = "it has other topics"});

  CHECK(c.protocol().ready());
  CHECK(has(c.sent(), R"({"type":"error","id":"s1","error":{"code":"conflict")"));
  CHECK(c.attachments()[0].released);
  c.turn({subscribe});
  CHECK(c.attachments().size() == 2);
}

TEST_CASE("a client may be quicker to use an id again than the broker's end of it is to arrive", "[ws]") {
  connection c;
  c.turn({subscribe});
  c.attachments()[0].sink->ended({.code = errc::conflict, .message = "it has other topics"});

  c.turn({subscribe});

  REQUIRE(c.attachments().size() == 2);
  CHECK(c.attachments()[0].released);
  CHECK_FALSE(c.attachments()[1].released);
}
