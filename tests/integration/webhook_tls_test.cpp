#include "integration/webhook_fixture.hpp"
#include "integration/webhook_peer.hpp"
#include "support/process.hpp"
#include "unit/delivery/outgoing_events.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::testing;
using namespace std::chrono_literals;
using verdict = delivery_result::verdict;

namespace {

delivery::channel_factory_options trusting(const temp_dir& files, const tls_identity& identity) {
  delivery::channel_factory_options options;
  options.io.ca_file = files.write("ca.pem", identity.certificate);
  return options;
}

}  // namespace

TEST_CASE("events go over TLS to a receiver whose certificate is good for its name or address") {
  const auto identity = make_identity("DNS:localhost,IP:127.0.0.1");
  webhook_peer peer{always(answer_of(200, "ok")), identity};
  const temp_dir files;
  delivery_bench bench{trusting(files, identity)};
  for (const std::string_view host : {"localhost", "127.0.0.1"}) {
    CAPTURE(host);
    webhook_under_test line{bench, webhook_to(peer.url(host))};
    for (std::uint8_t i = 1; i <= 5; ++i) {
      const auto results = line.deliver({outgoing(i)});
      REQUIRE(results.size() == 1);
      CHECK(results[0].error.empty());
      CHECK(results[0].outcome == verdict::success);
    }
  }
  CHECK(peer.connections() == 2);
}

TEST_CASE("a large batch goes over TLS") {
  const auto identity = make_identity("IP:127.0.0.1");
  std::size_t bytes = 0;
  webhook_peer peer{[&](webhook_conversation& talk) {
                      bytes = talk.hear().value_or("").size();
                      talk.say(answer_of(200, std::string(60'000, 'x')));
                      talk.hear();
                    },
                    identity};
  const temp_dir files;
  delivery_bench bench{trusting(files, identity)};
  webhook_under_test line{bench, webhook_to(peer.url())};
  auto event = outgoing(1);
  event.json = std::make_shared<const std::string>(std::size_t{8} << 20U, 'x');

  const auto results = line.deliver({event});

  CHECK(results[0].outcome == verdict::success);
  CHECK(bytes > std::size_t{8} << 20U);
}

TEST_CASE("a certificate that proves nothing ends the attempt before anything is sent") {
  struct row {
    tls_identity served;
    tls_identity trusted;
    std::string why;
  };
  const auto wrong_host = make_identity("DNS:other.example");
  const auto expired = make_identity("IP:127.0.0.1", -60s);
  const auto good = make_identity("IP:127.0.0.1");
  const std::vector<row> table{
      {wrong_host, wrong_host, "mismatch"},
      {expired, expired, "expired"},
      {good, make_identity("IP:127.0.0.1"), "certificate"},
  };
  for (const auto& [served, trusted, why] : table) {
    CAPTURE(why);
    webhook_peer peer{always(answer_of(200)), served};
    const temp_dir files;
    delivery_bench bench{trusting(files, trusted)};
    webhook_under_test line{bench, webhook_to(peer.url())};

    const auto results = line.deliver({outgoing(1)});

    REQUIRE(results.size() == 1);
    CHECK(results[0].outcome == verdict::retry);
    CHECK(results[0].endpoint_failed);
    CHECK_THAT(results[0].error, Catch::StartsWith("the certificate is not accepted: ") && Catch::Contains(why));
  }
}

TEST_CASE("the system's authorities do not vouch for a receiver's own certificate") {
  webhook_peer peer{always(answer_of(200)), make_identity("IP:127.0.0.1")};
  delivery_bench bench;
  webhook_under_test line{bench, webhook_to(peer.url())};

  CHECK_THAT(line.deliver({outgoing(1)})[0].error, Catch::StartsWith("the certificate is not accepted: "));
}

TEST_CASE("a receiver without TLS, and one that hangs in the handshake, are failures") {
  webhook_peer plain{[](webhook_conversation& talk) {
    talk.say("HTTP/1.1 400 Bad Request\r\n\r\n");
    talk.hang();
  }};
  webhook_peer silent{[](webhook_conversation& talk) { talk.hang(); }};
  const auto deliver_to = [&](const webhook_peer& peer, std::chrono::milliseconds limit) {
    delivery::channel_factory_options options;
    options.webhook.client.limits.connect = limit;
    delivery_bench bench{options};
    webhook_under_test line{bench, webhook_to("https://127.0.0.1:" + std::to_string(peer.port()))};
    return line.deliver({outgoing(1)})[0].error;
  };

  CHECK_THAT(deliver_to(plain, default_patience), Catch::StartsWith("TLS failed: "));
  CHECK(deliver_to(silent, 300ms) == "timed out connecting after 300 ms: no TLS handshake in time");
}

TEST_CASE("authorities that cannot be read are told at once") {
  const temp_dir files;
  delivery::channel_factory_options options;
  options.io.ca_file = files.file("absent.pem");

  CHECK_THROWS_WITH(delivery_bench{options}, Catch::Contains("absent.pem"));
}
