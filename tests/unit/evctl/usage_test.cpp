#include "command_line.hpp"

#include <catch2/catch.hpp>

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

using namespace eventmgr::evctl;

namespace {

struct ending {
  int status{0};
  std::string said{};  ///< on standard error
};

/// What becomes of a command line, whose words are apart by blanks; "''" is empty text.
ending run(const std::string& line) {
  std::istringstream stream{"evctl " + line};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word == "''" ? "" : word);
  std::vector<char*> arguments;
  arguments.reserve(words.size());
  for (auto& word : words) arguments.push_back(word.data());
  std::ostringstream said;
  auto* const before = std::cerr.rdbuf(said.rdbuf());
  const int status = run_command_line(static_cast<int>(arguments.size()), arguments.data());
  std::cerr.rdbuf(before);
  return {status, said.str()};
}

struct usage_row {
  std::string line;  ///< without what is wrong with it
  std::string option;
  std::string value;
};

const std::string some_id = "0190163d-8694-739b-aea5-966c26f8ad90";

}  // namespace

TEST_CASE("a value that an option cannot take is a usage error that names the option, whatever the option") {
  const std::vector<usage_row> rows{
      {"status", "--url", "nonsense"},
      {"status", "--output", "xml"},
      {"publish a", "--priority", "urgent"},
      {"publish a", "--id", "7"},
      {"publish a", "--correlation-id", "7"},
      {"publish a", "--at", "tomorrow"},
      {"publish a", "--ttl", "5parsec"},
      {"publish a", "--wait", "forever"},
      {"publish a --wait delivered", "--timeout", "2h"},
      {"subscribe a", "--since", "yesterday"},
      {"subscribe a", "--last", "0"},
      {"subscribe a", "--count", "0"},
      {"subscribe a --durable d", "--window", "1001"},
      {"subscribe a --durable d", "--ack-timeout", "soon"},
      {"listen", "--forward-to", "localhost"},
      {"listen --forward-to http://localhost/", "--since", "yesterday"},
      {"listen --forward-to http://localhost/", "--secret", "x"},
      {"listen --forward-to http://localhost/", "--header", "x"},
      {"listen --forward-to http://localhost/", "--timeout", "0s"},
      {"expect", "--within", "0s"},
      {"expect", "--since", "yesterday"},
      {"record", "--since", "yesterday"},
      {"record", "--until", "tomorrow"},
      {"play -", "--speed", "nan"},
      {"topics events a", "--since", "yesterday"},
      {"events list", "--since", "yesterday"},
      {"events list", "--until", "tomorrow"},
      {"events list", "--correlation-id", "7"},
      {"events list", "--priority", "urgent"},
      {"events list", "--order", "up"},
      {"events list", "--limit", "0"},
      {"events why --type a", "--ttl", "5parsec"},
      {"subscriptions create --topic a", "--priority", "urgent"},
      {"subscriptions create --topic a", "--channel", "pigeon"},
      {"subscriptions create --topic a", "--start-from", "then"},
      {"subscriptions create --topic a", "--batch-wait", "long"},
      {"subscriptions create --topic a", "--max-backlog-age", "old"},
      {"subscriptions create --topic a", "--initial-delay", "5"},
      {"subscriptions create --topic a", "--max-delay", "5"},
      {"subscriptions create --topic a", "--header", "x"},
      {"subscriptions create --topic a", "--max-retries", "many"},
      {"subscriptions create --topic a", "--endpoint", "nonsense"},
      {"subscriptions create --topic a", "--fallback-webhook", "nonsense"},
      {"subscriptions create --topic a", "--batch-size", "0"},
      {"subscriptions create --topic a", "--max-concurrency", "1001"},
      {"subscriptions create --topic a", "--rate-limit", "0"},
      {"subscriptions create --topic a", "--max-backlog", "0"},
      {"subscriptions edit a", "--format", "xml"},
      {"subscriptions resume a", "--last", "0"},
      {"subscriptions seek a", "--to", "yesterday"},
      {"subscriptions seek a", "--position", "here"},
      {"subscriptions seek a", "--seq", "x"},
      {"subscriptions lag --watch", "--interval", "0s"},
      {"subscriptions attempts a", "--event", "7"},
      {"subscriptions backtest a", "--priority", "urgent"},
      {"subscriptions backtest a", "--since", "yesterday"},
      {"subscriptions backtest a", "--until", "tomorrow"},
      {"dlq list", "--since", "yesterday"},
      {"dlq summary", "--until", "tomorrow"},
      {"dlq export", "--state", "closed"},
      {"dlq requeue --all", "--canary", "1001"},
      {"dlq requeue --all", "--rate", "inf"},
      {"dlq requeue --all", "--rate", "0.0005"},
      {"dlq requeue --all", "--stop-on-failures", "0"},
      {"dlq discard --all", "--limit", "0"},
      {"dlq plans list", "--limit", "0"},
      {"replay", "--from", "yesterday"},
      {"replay", "--to", "tomorrow"},
      {"replay", "--speed", "nan"},
      {"replay", "--speed", "0.0005"},
      {"replay list", "--limit", "0"},
      {"top", "--interval", "often"},
      {"top", "--sort", "size"},
      {"config set a", "--url", "nonsense"},
  };
  for (const auto& [line, option, value] : rows) {
    CAPTURE(line, option, value);
    for (const auto& given : {value, std::string{"''"}}) {
      CAPTURE(given);
      const auto ended = run(line + " " + option + " " + given);
      CHECK(ended.status == 2);
      CHECK(ended.said.find(" " + option + ": ") != std::string::npos);
    }
  }
}

TEST_CASE("an id that is no UUID is a usage error") {
  for (const std::string line :
       {"events show 7", "events trace 7", "events why 7", "dlq show 7", "dlq requeue 7", "dlq discard 7",
        "dlq plans show 7", "dlq plans cancel 7", "dlq plans resume 7", "replay status 7", "replay cancel 7"}) {
    CAPTURE(line);
    const auto ended = run(line);
    CHECK(ended.status == 2);
    CHECK(ended.said.find("takes a UUID, not 7\n") != std::string::npos);
  }
  CHECK(run("dlq discard " + some_id + " --limit 1").status == 2);
}
