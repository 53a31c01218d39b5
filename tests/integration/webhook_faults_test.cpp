#include "integration/webhook_fixture.hpp"
#include "integration/webhook_peer.hpp"
#include "unit/delivery/outgoing_events.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::testing;
using namespace std::chrono_literals;
using verdict = delivery_result::verdict;

namespace {

/// One delivery of one event.
delivery_result attempt(const subscription_definition& definition,
                        const delivery::channel_factory_options& options = {}) {
  delivery_bench bench{options};
  webhook_under_test line{bench, definition};
  const auto results = line.deliver({outgoing(1)});
  REQUIRE(results.size() == 1);
  return results[0];
}

subscription_definition impatient(const std::string& url, std::chrono::milliseconds patience) {
  auto definition = webhook_to(url);
  definition.options.ack_timeout = patience;
  return definition;
}

void check_failed(const delivery_result& result, const std::string& error) {
  CHECK(result.outcome == verdict::retry);
  CHECK(result.endpoint_failed);
  CHECK(result.status == 0);
  CHECK_THAT(result.error, Catch::Contains(error));
}

}  // namespace

TEST_CASE("a receiver that never answers costs the attempt its time and no more") {
  webhook_peer peer{[](webhook_conversation& talk) { talk.hang(); }};

  const auto result = attempt(impatient(peer.url(), 300ms));

  check_failed(result, "timed out after 300 ms");
  CHECK(result.duration >= 300ms);
  CHECK(result.duration < default_patience / 2);
}

TEST_CASE("a receiver that answers byte by byte, for ever, is timed out") {
  webhook_peer peer{[](webhook_conversation& talk) {
    talk.hear();
    talk.say("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n");
    while (talk.say("x")) std::this_thread::sleep_for(20ms);
  }};

  check_failed(attempt(impatient(peer.url(), 400ms)), "timed out after 400 ms");
}

TEST_CASE("a receiver that breaks the connection, or closes it, has not taken the event") {
  webhook_peer resets{[](webhook_conversation& talk) {
    talk.hear();
    talk.reset();
  }};
  webhook_peer closes{[](webhook_conversation& talk) { talk.hear(); }};
  webhook_peer breaks_off{[](webhook_conversation& talk) {
    talk.hear();
    talk.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  }};

  check_failed(attempt(webhook_to(resets.url())), "Connection reset");
  check_failed(attempt(webhook_to(closes.url())), "closed without an answer");
  check_failed(attempt(webhook_to(breaks_off.url())), "closed within the answer");
  CHECK(closes.connections() == 1);
}

TEST_CASE("rubbish is no answer") {
  webhook_peer peer{always("\x16\x03\x01 what?\r\n\r\n")};

  check_failed(attempt(webhook_to(peer.url())), "no HTTP/1.1");
}

TEST_CASE("an answer that never ends is not read to its end: its status decides") {
  webhook_peer peer{[](webhook_conversation& talk) {
    talk.hear();
    talk.say("HTTP/1.1 200 OK\r\n\r\n");
    const std::string piece(std::size_t{64} << 10U, 'x');
    while (talk.say(piece)) {
    }
  }};

  const auto result = attempt(webhook_to(peer.url()));

  CHECK(result.outcome == verdict::success);
  CHECK(result.status == 200);
}

TEST_CASE("an answer before the whole request was taken counts") {
  webhook_peer peer{[](webhook_conversation& talk) {
    talk.say(answer_of(413, "too large"));
    talk.hang();
  }};
  delivery_bench bench;
  webhook_under_test line{bench, webhook_to(peer.url())};
  auto event = outgoing(1);
  event.json = std::make_shared<const std::string>(std::size_t{32} << 20U, 'x');

  const auto results = line.deliver({event});

  REQUIRE(results.size() == 1);
  CHECK(results[0].status == 413);
}

TEST_CASE("a receiver that does not read is given up after the time for writing") {
  webhook_peer peer{[](webhook_conversation& talk) { talk.hang(); }};
  delivery::channel_factory_options options;
  options.webhook.client.limits.write = 200ms;
  delivery_bench bench{options};
  webhook_under_test line{bench, webhook_to(peer.url())};
  auto event = outgoing(1);
  event.json = std::make_shared<const std::string>(std::size_t{32} << 20U, 'x');

  const auto results = line.deliver({event});

  REQUIRE(results.size() == 1);
  check_failed(results[0], "timed out sending the request after 200 ms");
}

TEST_CASE("nobody there, or no such name, is the endpoint's failure") {
  // Port 1 is nobody's.
  check_failed(attempt(webhook_to("http://127.0.0.1:1/")), "cannot connect: Connection refused");
  // As long as resolvers take where no name server answers.
  delivery::channel_factory_options options;
  options.webhook.client.limits.connect = default_patience;
  check_failed(attempt(impatient("http://no-such-host.invalid/", default_patience), options),
               "cannot resolve no-such-host.invalid");
}

TEST_CASE("a hanging endpoint holds up no other") {
  webhook_peer hanging{[](webhook_conversation& talk) { talk.hang(); }};
  webhook_peer healthy{always(answer_of(200))};
  delivery_bench bench;
  auto definition = webhook_to(hanging.url());
  definition.options.max_concurrency = 50;
  webhook_under_test stuck{bench, definition};
  webhook_under_test line{bench, webhook_to(healthy.url())};
  bench.on_core([&] {
    for (std::uint8_t i = 0; i < 50; ++i) stuck.out->send({outgoing(i)});
  });

  for (std::uint8_t i = 1; i <= 50; ++i) {
    const auto results = line.deliver({outgoing(i)});
    CHECK(results[0].outcome == verdict::success);
    // Not as long as the hanging ones take to time out.
    CHECK(results[0].duration < default_patience / 4);
  }
  CHECK(stuck.log.size() == 0);
}

TEST_CASE("addresses that are refused are refused at creation, whatever they are called") {
  struct row {
    std::string endpoint;
    bool refused;
  };
  const std::vector<row> table{
      {"http://127.0.0.1:1/", false},
      {"http://localhost:1/", false},
      {"http://10.1.2.3/", false},
      {"http://no-such-host.invalid/", false},  // it may be known tomorrow
      {"http://169.254.169.254/latest", true},
      {"http://2852039166/", true},  // the same in the spelling of resolvers
      {"http://0xa9fea9fe/", true},
      {"http://0251.0376.0251.0376/", true},
      {"http://[::ffff:169.254.169.254]/", true},
      {"http://[fd00:ec2::254]/", true},
      {"http://0/", true},
      {"ftp://127.0.0.1/", true},
  };
  delivery_bench bench;
  for (const auto& [endpoint, refused] : table) {
    CAPTURE(endpoint);
    const auto verdict_of = bench.check(webhook_to(endpoint));
    CHECK(verdict_of.has_error() == refused);
    if (!refused || !verdict_of.has_error()) continue;
    CHECK(verdict_of.error().code == errc::invalid_request);
    REQUIRE(verdict_of.error().details.size() == 1);
    CHECK(verdict_of.error().details[0].pointer == "/endpoint");
  }
}

TEST_CASE("an address that is refused is not connected to either") {
  for (const std::string_view endpoint : {"http://169.254.169.254/", "http://2852039166/", "https://[fe80::1]/"}) {
    CAPTURE(endpoint);
    check_failed(attempt(webhook_to(std::string{endpoint})), "the endpoint is refused: ");
  }
}
