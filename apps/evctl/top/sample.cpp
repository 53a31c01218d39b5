#include "sample.hpp"

#include "../clock_text.hpp"
#include "../json_text.hpp"
#include "codec/object_writer.hpp"

#include <charconv>
#include <string_view>

namespace eventmgr::evctl::top {
namespace {

constexpr std::uint32_t failures_shown = 20;

template <class T>
T number(const std::string& json, std::string_view pointer) {
  const auto text = member_text(json, pointer).value_or("");
  T value{0};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string text(const std::string& json, std::string_view pointer) { return member_text(json, pointer).value_or(""); }

figures read_figures(const std::string& metrics) {
  figures read;
  read.published = number<std::uint64_t>(metrics, "/eventsPublished");
  read.delivered = number<std::uint64_t>(metrics, "/deliveriesSucceeded");
  read.failed = number<std::uint64_t>(metrics, "/deliveriesFailed");
  read.queue_depth = number<std::uint64_t>(metrics, "/queueDepth");
  read.exceptions = number<std::uint64_t>(metrics, "/exceptions");
  read.scheduled = number<std::uint64_t>(metrics, "/scheduledEvents");
  read.memory_bytes = number<std::uint64_t>(metrics, "/memoryUsage");
  read.cpu_seconds = number<double>(metrics, "/cpuUsage");
  read.publish_p99 = number<double>(metrics, "/publishLatency/p99");
  read.end_to_end_p99 = number<double>(metrics, "/endToEndLatency/p99");
  return read;
}

subscription_row read_row(const std::string& subscription, const std::string& stats) {
  subscription_row row;
  row.name = text(subscription, "/name");
  row.status = text(subscription, "/status");
  row.per_second = number<double>(stats, "/perSecond");
  static constexpr std::array<std::string_view, 4> lanes{"/lag/CRITICAL", "/lag/HIGH", "/lag/NORMAL", "/lag/LOW"};
  for (std::size_t at = 0; at < lanes.size(); ++at) row.lag[at] = number<std::uint64_t>(stats, lanes[at]);
  row.in_flight = number<std::uint64_t>(stats, "/inFlight");
  row.exceptions = number<std::uint64_t>(stats, "/exceptions");
  row.dead = number<std::uint64_t>(stats, "/dead");
  row.breaker = text(stats, "/breaker/state");
  row.idle_reason = text(stats, "/idleReason");
  codec::object_writer head{row.json};
  head.text("name", row.name);
  head.text("status", row.status);
  row.json += "," + stats.substr(std::min(stats.find('{') + 1, stats.size()));
  return row;
}

result<void> read_subscriptions(client::broker_client& from, sample& into) {
  std::string cursor;
  do {
    const auto page = from.subscriptions().list(cursor);
    if (!page) return page.error();
    for (const auto& subscription : page->items) {
      const auto stats = from.subscriptions().stats(text(subscription, "/subscriptionId"));
      // One that was listed and is gone now is not missed.
      if (!stats && stats.error().code == errc::not_found) continue;
      if (!stats) return stats.error();
      into.subscriptions.push_back(read_row(subscription, *stats));
    }
    cursor = page->next_cursor;
  } while (!cursor.empty());
  return {};
}

result<std::vector<std::string>> read_failures(client::broker_client& from, sample& into) {
  dead_letter_query newest;
  newest.limit = failures_shown;
  auto page = from.dead_letters().query(newest);
  if (!page) return page.error();
  into.dead_letters = page->total;
  for (const auto& item : page->items) {
    into.failures.push_back({text(item, "/failedAt"), text(item, "/subscriptionName"), text(item, "/event/topic"),
                             text(item, "/failureReason")});
  }
  return std::move(page->items);
}

void append_list(std::string& out, const std::vector<std::string>& items) {
  out += '[';
  for (const auto& item : items) {
    if (out.back() != '[') out += ',';
    out += item;
  }
  out += ']';
}

void write_whole(sample& whole, const std::string& health, const std::string& metrics,
                 const std::vector<std::string>& dead_letters) {
  std::vector<std::string> rows;
  rows.reserve(whole.subscriptions.size());
  for (const auto& row : whole.subscriptions) rows.push_back(row.json);
  codec::object_writer out{whole.json};
  out.time("at", whole.at);
  out.key("health") += health;
  out.key("metrics") += metrics;
  append_list(out.key("subscriptions"), rows);
  out.number("deadLetters", whole.dead_letters);
  append_list(out.key("newestDeadLetters"), dead_letters);
  out.end();
}

}  // namespace

result<sample> take_sample(client::broker_client& from) {
  sample seen;
  const auto health = from.health();
  if (!health) return health.error();
  seen.status = text(health->json, "/status");
  seen.version = text(health->json, "/version");
  seen.events_per_second = number<double>(health->json, "/metrics/eventsPerSecond");
  const auto metrics = from.metrics();
  if (!metrics) return metrics.error();
  seen.now = read_figures(*metrics);
  seen.at = now();
  if (const auto read = read_subscriptions(from, seen); !read) return read.error();
  const auto dead_letters = read_failures(from, seen);
  if (!dead_letters) return dead_letters.error();
  write_whole(seen, health->json, *metrics, *dead_letters);
  return seen;
}

}  // namespace eventmgr::evctl::top
