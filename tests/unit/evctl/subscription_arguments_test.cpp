#include "subscription_arguments.hpp"

#include "session.hpp"
#include "support/process.hpp"

#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::evctl;

namespace {

/// What a command line makes, as the daemon would get it.
result<std::string> written(std::vector<std::string> words, empty_text empty = empty_text::refused) {
  CLI::App command;
  subscription_arguments given;
  add_subscription_options(command, given, empty);
  add_creation_options(command, given);
  std::ranges::reverse(words);
  command.parse(words);
  session here{global_options{}, std::make_shared<client::interrupt>()};
  return write_subscription(given, here);
}

/// Why the command line is refused.
std::string usage(std::vector<std::string> words, empty_text empty = empty_text::refused) {
  try {
    static_cast<void>(written(std::move(words), empty));
  } catch (const CLI::ValidationError& fault) {
    return fault.what();
  }
  return {};
}

}  // namespace

TEST_CASE("only what is given is sent") {
  CHECK(written({}).value() == "{}");
  CHECK(written({"--topic", "a.#"}).value() == R"({"topic":"a.#"})");
  CHECK(written({"--topic", "a", "--topic", "b"}).value() == R"({"topic":["a","b"]})");
}

TEST_CASE("every option has its place in a definition") {
  const testing::temp_dir home;
  const auto secret = home.write("secret", "  whsec_abc=\n");
  CHECK(
      written({"--name", "w", "--topic", "a", "--channel", "webhook", "--endpoint", "http://x", "--filter",
               R"({"tags": ["x"]})", "--description", "it \"does\""})
          .value() ==
      R"({"name":"w","topic":"a","channel":"webhook","endpoint":"http://x","filter":{"tags": ["x"]},"description":"it \"does\""})");
  CHECK(written({"--priority", "high",   "--batch-size",   "10",  "--batch-wait", "50ms", "--max-concurrency", "4",
                 "--ordering", "key",    "--ack-timeout",  "5s",  "--rate-limit", "60",   "--start-from",      "5m",
                 "--format",   "legacy", "--delivery-log", "full"})
            .value() ==
        R"({"options":{"priority":"high","batchSize":10,"batchWaitMs":"50ms","maxConcurrency":4,"ordering":"key",)"
        R"("ackTimeoutMs":"5s","rateLimitPerMinute":60,"startFrom":"5m","format":"legacy","deliveryLog":"full"}})");
  CHECK(
      written({"--max-retries", "0", "--backoff", "linear", "--initial-delay", "1s", "--max-delay", "1m", "--no-jitter",
               "--dead-letter-topic", "dead"})
          .value() ==
      R"({"options":{"retryPolicy":{"maxRetries":0,"backoffStrategy":"linear","initialDelay":"1s","maxDelay":"1m","jitter":false},"deadLetterTopic":"dead"}})");
  CHECK(
      written({"--realtime", "--no-compression", "--fallback-webhook", "http://y", "--secret-file", secret, "--header",
               "X-A: b: c", "--header", "X-B:d", "--max-backlog", "9", "--max-backlog-age", "1d"})
          .value() ==
      R"({"options":{"realtime":true,"fallbackWebhook":"http://y","secret":"whsec_abc=","headers":{"X-A":"b: c","X-B":"d"},)"
      R"("compression":false,"maxBacklog":{"age":"1d","events":9}}})");
}

TEST_CASE("what cannot be right is refused by the option's name") {
  const auto refusal = [](std::vector<std::string> words) {
    const auto made = written(std::move(words));
    REQUIRE(made.has_error());
    return made.error().message;
  };
  CHECK(refusal({"--filter", "x > 1"}) == "--filter must be a JSON object");
  CHECK(refusal({"--secret-file", "/nonexistent"}).starts_with("cannot read the secret"));
  CHECK(usage({"--ack-timeout", "5"}) == "--ack-timeout: takes a duration such as 500ms, 30s or 5m, not 5");
  CHECK(usage({"--header", "no colon"}) == "--header: takes \"Name: value\", not no colon");
  CHECK(usage({"--header", "X-A: "}) == "--header: takes a value after the colon, not X-A: ");
  CHECK(usage({"--endpoint", ""}) == "--endpoint: must not be empty");
  CHECK(usage({"--batch-size", ""}) == "--batch-size: must not be empty");
  CHECK(usage({"--ack-timeout", ""}) == "--ack-timeout: must not be empty");
  CHECK(usage({"--backoff", "fibonacci"}) == "--backoff: takes fixed, linear or exponential, not fibonacci");
  CHECK(usage({"--batch-size", "many"}) == "--batch-size: takes a whole number from 1 to 1000, not many");
  CHECK(usage({"--batch-size", "07"}) == "--batch-size: takes a whole number from 1 to 1000, not 07");
  CHECK(usage({"--endpoint", "nonsense"}) == "--endpoint: takes an http, https, ws or wss address, not nonsense");
  CHECK(usage({"--endpoint", "ftp://x"}) == "--endpoint: takes an http, https, ws or wss address, not ftp://x");
  CHECK(usage({"--endpoint", "wss://x:0"}) == "--endpoint: has no valid port");
  CHECK(usage({"--fallback-webhook", "ws://x"}) == "--fallback-webhook: takes an http or https address, not ws://x");
  CHECK(usage({"--fallback-webhook", "http://"}) == "--fallback-webhook: has no valid host");
  CHECK(usage({"--start-from", "then"}).starts_with("--start-from: takes now, earliest, a time such as "));
}

TEST_CASE("numbers have the range that the daemon gives them") {
  struct row {
    std::string option;
    std::vector<std::string> taken;
    std::vector<std::string> refused;
  };
  const std::vector<row> table{
      {"--batch-size", {"1", "1000"}, {"0", "1001", "x", "1.5"}},
      {"--max-concurrency", {"1", "1000"}, {"0", "1001"}},
      {"--max-retries", {"0", "100"}, {"101", "99999999999999999999"}},
      {"--rate-limit", {"1", "100000000"}, {"0", "100000001"}},
      {"--max-backlog", {"1", "9007199254740991"}, {"0", "9007199254740992"}},
  };
  for (const auto& [option, taken, refused] : table) {
    CAPTURE(option);
    for (const auto& value : taken) CHECK(usage({option, value}).empty());
    for (const auto& value : refused) {
      CHECK(usage({option, value}, empty_text::resets).starts_with(option + ": takes a whole number from "));
    }
  }
}

TEST_CASE("an option that takes one of a few words takes no empty text, in a change either") {
  for (const std::string option :
       {"--format", "--backoff", "--delivery-log", "--priority", "--channel", "--ordering"}) {
    CAPTURE(option);
    CHECK(usage({option, ""}).ends_with(", not empty text"));
    CHECK(usage({option, ""}, empty_text::resets).ends_with(", not empty text"));
  }
}

TEST_CASE("in a change, empty text takes an option back") {
  CHECK(
      written({"--filter", "", "--endpoint", "", "--fallback-webhook", "", "--dead-letter-topic", "", "--header",
               "X-A:", "--secret-file", "", "--ack-timeout", ""},
              empty_text::resets)
          .value() ==
      R"({"endpoint":null,"filter":null,"options":{"ackTimeoutMs":null,"deadLetterTopic":null,"fallbackWebhook":null,"secret":null,"headers":{"X-A":null}}})");
}
