#include "terminal.hpp"
#include "top/frame.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>

using namespace eventmgr;
using namespace eventmgr::evctl;
using namespace eventmgr::evctl::top;

namespace {

sample make_sample(std::size_t subscriptions, std::size_t failures = 0) {
  sample made;
  made.at = *parse_rfc3339("2026-01-02T03:04:05Z");
  made.status = "healthy";
  made.version = "1.2.3";
  made.dead_letters = failures;
  for (std::size_t at = 0; at < subscriptions; ++at) {
    subscription_row row;
    row.name = "s" + std::to_string(at);
    row.status = "active";
    row.breaker = "closed";
    row.lag[2] = at;
    row.per_second = static_cast<double>(subscriptions - at);
    row.idle_reason = "nothing to deliver";
    made.subscriptions.push_back(row);
  }
  for (std::size_t at = 0; at < failures; ++at) {
    made.failures.push_back({"2026-01-02T03:04:05.000Z", "s0", "a/b", "HTTP " + std::to_string(500 + at)});
  }
  return made;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a frame is never wider or longer than the terminal") {
  const auto width = GENERATE(std::size_t{1}, 10, 24, 40, 80, 132, 300);
  const auto height = GENERATE(std::size_t{1}, 2, 4, 6, 10, 24, 60);
  const auto subscriptions = GENERATE(std::size_t{0}, 1, 30);
  const auto failures = GENERATE(std::size_t{0}, 3, 20);
  view how;
  how.width = width;
  how.height = height;
  CAPTURE(width, height, subscriptions, failures);
  const auto lines = draw(make_sample(subscriptions, failures), nullptr, how);
  CHECK(lines.size() <= height);
  CHECK(std::ranges::all_of(lines, [&](const auto& line) { return display_width(line) <= width; }));
}

TEST_CASE("a narrow terminal shows the columns that matter most") {
  view how;
  how.width = 40;
  const auto narrow = joined(draw(make_sample(3), nullptr, how));
  CHECK(contains(narrow, "SUBSCRIPTION"));
  CHECK(contains(narrow, "LAG"));
  CHECK_FALSE(contains(narrow, "IDLE"));
  how.width = 200;
  const auto wide = joined(draw(make_sample(3), nullptr, how));
  for (const std::string title : {"STATUS", "CRITICAL", "LOW", "RETRYING", "DEAD", "BREAKER", "IDLE"}) {
    CAPTURE(title);
    CHECK(contains(wide, title));
  }
}

TEST_CASE("the first subscriptions by the sort key are shown, and the others counted") {
  view how;
  how.height = 10;
  how.sort = sort_key::lag;
  const auto by_lag = joined(draw(make_sample(30), nullptr, how));
  CHECK(contains(by_lag, "\ns29 "));
  CHECK_FALSE(contains(by_lag, "\ns0 "));
  CHECK(contains(by_lag, " more subscriptions"));
  how.sort = sort_key::rate;
  CHECK(contains(joined(draw(make_sample(30), nullptr, how)), "\ns0 "));
  how.height = 0;
  const auto all = joined(draw(make_sample(30), nullptr, how));
  CHECK(contains(all, "\ns29 "));
  CHECK_FALSE(contains(all, " more subscriptions"));
}

TEST_CASE("the newest dead letters are below, where there is room for both") {
  view how;
  how.height = 30;
  const auto both = joined(draw(make_sample(40, 20), nullptr, how));
  CHECK(contains(both, "newest dead letters"));
  CHECK(contains(both, "HTTP 500"));
  CHECK(contains(both, "more subscriptions"));
}

TEST_CASE("rates are counted between two samples") {
  const auto before = make_sample(1);
  auto seen = make_sample(1);
  seen.at += std::chrono::seconds{2};
  seen.now.published = 500;
  seen.now.delivered = 100;
  seen.now.failed = 3;
  seen.now.cpu_seconds = 0.5;
  const auto text = joined(draw(seen, &before, {}));
  CHECK(contains(text, "published 250/s  delivered 50.0/s  failed 1.5/s"));
  view wide;
  wide.width = 200;
  CHECK(contains(joined(draw(seen, &before, wide)), "cpu 25.0%"));
}

TEST_CASE("a daemon that is away is said, with what was known last") {
  view how;
  how.trouble = "cannot reach http://x: refused";
  const auto text = joined(draw(make_sample(1), nullptr, how));
  CHECK(contains(text, "cannot reach http://x: refused; trying again"));
  CHECK(contains(text, "s0"));
}

TEST_CASE("there is colour only where it is wanted, and nothing else of the terminal's language") {
  view how;
  how.width = 200;
  auto hostile = make_sample(1, 1);
  hostile.failures[0].reason = "\x1b]0;owned\x07";
  CHECK_FALSE(contains(joined(draw(hostile, nullptr, how)), "\x1b"));
  how.colour = true;
  const auto text = joined(draw(hostile, nullptr, how));
  CHECK(contains(text, "\x1b["));
  CHECK_FALSE(contains(text, "\x1b]"));
}

TEST_CASE("every sort key has a name and a key of the keyboard") {
  for (const auto name : sort_names) {
    CAPTURE(std::string{name});
    REQUIRE(parse_sort_key(name));
    CHECK(to_string(*parse_sort_key(name)) == name);
  }
  CHECK(sort_key_of('l') == sort_key::lag);
  CHECK(sort_key_of('n') == sort_key::name);
  CHECK_FALSE(sort_key_of('q'));
  CHECK_FALSE(parse_sort_key("size"));
}
