#include "integration/webhook_fixture.hpp"
#include "support/process.hpp"
#include "unit/delivery/outgoing_events.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::testing;
using namespace std::chrono_literals;

namespace {

const std::string secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
const std::string other_secret{"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"};

/// A receiver written in another language, with another implementation of the signature.
struct verifier {
  process running;
  std::string url;
};

std::optional<verifier> start(const std::string& program, const std::string& script) {
  if (program.empty()) return std::nullopt;
  process running{{.command = {program, std::string{EVENTMGR_TEST_SOURCE_DIR "/"} + script, secret}}};
  if (!running.wait_for_out_lines(1)) return std::nullopt;
  const auto out = running.out();
  if (!out.starts_with("port ")) return std::nullopt;
  const auto port = out.substr(5, out.find('\n') - 5);
  return verifier{std::move(running), "http://127.0.0.1:" + port + "/"};
}

int status_of(delivery_bench& bench, const subscription_definition& definition, std::vector<outgoing_event> events) {
  webhook_under_test line{bench, definition};
  return line.deliver(std::move(events))[0].status;
}

}  // namespace

TEST_CASE("other implementations of Standard Webhooks accept our signatures, and only ours") {
  const std::vector<std::pair<std::string, std::string>> verifiers{{EVENTMGR_TEST_PYTHON, "webhook_verifier.py"},
                                                                   {EVENTMGR_TEST_NODE, "webhook_verifier.cjs"}};
  delivery_bench bench;
  for (const auto& [program, script] : verifiers) {
    CAPTURE(script);
    const auto receiver = start(program, script);
    if (!receiver) {
      SUCCEED(script + " cannot run here");
      continue;
    }
    auto signed_one = webhook_to(receiver->url);
    signed_one.options.secret = secret;
    CHECK(status_of(bench, signed_one, {outgoing(1, R"({"tags":["ü","\"","\u0001"]})")}) == 204);

    auto batch = signed_one;
    batch.options.batch_size = 100;
    CHECK(status_of(bench, batch, outgoing_events(100)) == 204);

    auto compressed = batch;
    compressed.options.compression = true;
    CHECK(status_of(bench, compressed, outgoing_events(100)) == 204);

    auto rotated = signed_one;
    rotated.options.secret = other_secret;
    rotated.options.old_secret = retired_secret{secret, system_clock{}.now() + 1h};
    CHECK(status_of(bench, rotated, outgoing_events(1)) == 204);

    auto forged = signed_one;
    forged.options.secret = other_secret;
    CHECK(status_of(bench, forged, outgoing_events(1)) == 401);
  }
}
