#include "integration/webhook_fixture.hpp"
#include "integration/webhook_peer.hpp"
#include "unit/delivery/outgoing_events.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::testing;
using namespace std::chrono_literals;
using verdict = delivery_result::verdict;

TEST_CASE("events are posted over one connection that is kept, and each is settled") {
  std::mutex mutex;
  std::vector<std::string> heard;
  webhook_peer peer{[&](webhook_conversation& talk) {
    while (const auto request = talk.hear()) {
      const std::lock_guard lock{mutex};
      heard.push_back(*request);
      talk.say(answer_of(200, "ok"));
    }
  }};
  delivery_bench bench;
  webhook_under_test line{bench, webhook_to(peer.url())};

  for (std::uint8_t i = 1; i <= 20; ++i) {
    const auto results = line.deliver({outgoing(i)});
    REQUIRE(results.size() == 1);
    CHECK(results[0].tag == i);
    CHECK(results[0].outcome == verdict::success);
    CHECK(results[0].status == 200);
    CHECK(results[0].error.empty());
  }

  CHECK(peer.connections() == 1);
  const std::lock_guard lock{mutex};
  REQUIRE(heard.size() == 20);
  CHECK_THAT(heard[4], Catch::StartsWith("POST /hook HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(peer.port())));
  CHECK_THAT(heard[4], Catch::EndsWith(*outgoing(5).json));
}

TEST_CASE("deliveries of one subscription run side by side, as many as its concurrency") {
  std::atomic<int> inside{0};
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  webhook_peer peer{[&](webhook_conversation& talk) {
    while (talk.hear()) {
      ++inside;
      opened.wait();
      talk.say(answer_of(204));
    }
  }};
  delivery_bench bench;
  auto definition = webhook_to(peer.url());
  definition.options.max_concurrency = 16;
  webhook_under_test line{bench, definition};

  bench.on_core([&] {
    for (std::uint8_t i = 0; i < 16; ++i) {
      CHECK(line.out->capacity() == 16U - i);
      line.out->send({outgoing(i)});
    }
    CHECK(line.out->capacity() == 0);
  });
  CHECK(eventually([&] { return inside == 16; }));
  gate.set_value();
  const auto results = line.log.take(16);

  CHECK(results.size() == 16);
  std::set<delivery_tag> tags;
  for (const auto& each : results) tags.insert(each.tag);
  CHECK(tags.size() == 16);
  CHECK(peer.connections() == 16);
  CHECK(bench.on_core([&] { return line.out->capacity(); }) == 16);
}

TEST_CASE("a batch is one request, and its handler results are told apart") {
  webhook_peer peer{always(answer_of(
      200, R"({"results":[{"eventId":")" + outgoing_id(2) + R"(","success":false,"retry":false,"error":"no"}]})"))};
  delivery_bench bench;
  auto definition = webhook_to(peer.url());
  definition.options.batch_size = 3;
  webhook_under_test line{bench, definition};

  const auto results = line.deliver(outgoing_events(3));

  REQUIRE(results.size() == 3);
  CHECK(results[0].outcome == verdict::success);
  CHECK(results[1].outcome == verdict::reject);
  CHECK(results[1].error == "no");
  CHECK(results[2].outcome == verdict::success);
}

TEST_CASE("a connection that the receiver closed while it was idle costs no attempt") {
  webhook_peer peer{[](webhook_conversation& talk) {
    // Each connection serves one request, and says nothing of that.
    talk.hear();
    talk.say(answer_of(200));
    if (talk.number() > 0) talk.hear();
    talk.reset();
  }};
  delivery_bench bench;
  webhook_under_test line{bench, webhook_to(peer.url())};

  for (std::uint8_t i = 1; i <= 10; ++i) {
    CHECK(line.deliver({outgoing(i)})[0].outcome == verdict::success);
  }
}

TEST_CASE("a receiver that closes after each answer gets a connection for each request") {
  webhook_peer peer{[](webhook_conversation& talk) {
    talk.hear();
    talk.say(answer_of(200, "", "Connection: close\r\n"));
  }};
  delivery_bench bench;
  webhook_under_test line{bench, webhook_to(peer.url())};

  for (std::uint8_t i = 1; i <= 5; ++i) CHECK(line.deliver({outgoing(i)})[0].outcome == verdict::success);

  CHECK(peer.connections() == 5);
}

TEST_CASE("an idle connection is closed when it has grown old") {
  webhook_peer peer{always(answer_of(200))};
  delivery::channel_factory_options options;
  options.webhook.client.idle_time = 50ms;
  delivery_bench bench{options};
  webhook_under_test line{bench, webhook_to(peer.url())};

  line.deliver({outgoing(1)});

  CHECK(eventually([&] { return peer.ended() == 1; }));
  CHECK(line.deliver({outgoing(2)})[0].outcome == verdict::success);
}

TEST_CASE("a large batch reaches a receiver that is slow to read it") {
  std::atomic<std::size_t> bytes{0};
  webhook_peer peer{[&](webhook_conversation& talk) {
    std::this_thread::sleep_for(200ms);
    bytes = talk.hear().value_or("").size();
    talk.say(answer_of(200));
    talk.hear();
  }};
  delivery_bench bench;
  auto definition = webhook_to(peer.url());
  definition.options.batch_size = 100;
  webhook_under_test line{bench, definition};
  const auto big = std::make_shared<const std::string>("\"" + std::string(std::size_t{16} << 20U, 'x') + "\"");
  auto events = outgoing_events(2);
  for (auto& each : events) each.json = big;

  const auto results = line.deliver(std::move(events));

  CHECK(results[0].outcome == verdict::success);
  CHECK(bytes > std::size_t{32} << 20U);
}

TEST_CASE("a status is taken as it is: 410 gives up, a redirect is not followed, Retry-After is passed on") {
  webhook_peer moved{always(answer_of(307, "", "Location: http://127.0.0.1:1/\r\n"))};
  webhook_peer gone{always(answer_of(410))};
  webhook_peer busy{always(answer_of(429, "later", "Retry-After: 5\r\n"))};
  delivery_bench bench;

  const auto redirected = webhook_under_test{bench, webhook_to(moved.url())}.deliver({outgoing(1)});
  const auto lost = webhook_under_test{bench, webhook_to(gone.url())}.deliver({outgoing(1)});
  const auto delayed = webhook_under_test{bench, webhook_to(busy.url())}.deliver({outgoing(1)});

  CHECK(redirected[0].outcome == verdict::retry);
  CHECK(redirected[0].error == "HTTP 307: redirects are not followed");
  CHECK(lost[0].outcome == verdict::gone);
  CHECK(delayed[0].retry_after == 5s);
  CHECK_FALSE(delayed[0].endpoint_failed);
}

TEST_CASE("closing a channel ends what is under way and settles nothing more") {
  webhook_peer peer{[](webhook_conversation& talk) {
    talk.hear();
    talk.hang();
  }};
  delivery_bench bench;
  auto definition = webhook_to(peer.url());
  definition.options.max_concurrency = 4;
  definition.options.ack_timeout = 2s;
  settled_log log;
  auto out = bench.open(definition, log);
  bench.on_core([&] {
    for (std::uint8_t i = 0; i < 4; ++i) out->send({outgoing(i)});
  });
  CHECK(eventually([&] { return peer.connections() == 4; }));

  bench.close(*out);

  CHECK(eventually([&] { return peer.ended() == 4; }));
  CHECK(out->capacity() == 0);
  CHECK_FALSE(out->origin().empty());
  // Nor when the time for the attempts is over.
  std::this_thread::sleep_for(2200ms);
  CHECK(log.size() == 0);
  bench.on_core([&] { out.reset(); });
  bench.end();
}

TEST_CASE("a factory can be destroyed with deliveries under way whose channels are closed") {
  webhook_peer peer{[](webhook_conversation& talk) {
    talk.hear();
    talk.hang();
  }};
  for (int round = 0; round < 10; ++round) {
    delivery_bench bench;
    settled_log log;
    auto out = bench.open(webhook_to(peer.url()), log);
    bench.on_core([&] { out->send({outgoing(1)}); });
    bench.on_core([&] { out.reset(); });
    bench.end();
    CHECK(log.size() == 0);
  }
}

TEST_CASE("deliveries of all subscriptions are bounded together, and who found no room is told when there is some") {
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  webhook_peer peer{[&](webhook_conversation& talk) {
    while (talk.hear()) {
      opened.wait();
      talk.say(answer_of(200));
    }
  }};
  delivery::channel_factory_options options;
  options.webhook.max_under_way = 2;
  delivery_bench bench{options};
  auto definition = webhook_to(peer.url());
  definition.options.max_concurrency = 10;
  webhook_under_test first{bench, definition};
  webhook_under_test second{bench, definition};

  bench.on_core([&] {
    CHECK(first.out->capacity() == 1);
    first.out->send({outgoing(1)});
    CHECK(first.out->capacity() == 0);
    CHECK(second.out->trouble().empty());
    second.out->send({outgoing(2)});
    CHECK(second.out->capacity() == 0);
    CHECK_FALSE(second.out->trouble().empty());
  });
  gate.set_value();

  CHECK(first.log.take(1).size() == 1);
  CHECK(second.log.take(1).size() == 1);
  CHECK(second.log.wait_ready());
  CHECK(bench.on_core([&] { return second.out->capacity(); }) > 0);
  CHECK(bench.on_core([&] { return second.out->trouble(); }).empty());
  CHECK(second.deliver({outgoing(3)})[0].outcome == verdict::success);
}
