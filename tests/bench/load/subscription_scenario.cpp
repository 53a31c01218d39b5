#include "bench/load/delivery_scenarios.hpp"
#include "bench/load/publisher.hpp"
#include "bench/load/timed_start.hpp"
#include "bench/wire/http_session.hpp"
#include "bench/wire/subscription_calls.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <stdexcept>

namespace eventmgr::bench {

namespace {

constexpr std::chrono::seconds drain_limit(30);

/// A subscription on one of the load's topics, or on all of them, whose filter every event of the load passes. Patterns
/// and filters are of several kinds. Nobody pulls: what counts is what it costs to publish.
std::string pull_subscription(const std::string& name, const std::string& topic, unsigned kind) {
  static constexpr std::array<std::string_view, 5> filters{
      R"({"types":["bench.*"]})",
      R"({"payload":{"revision":17}})",
      R"({"sources":["eventmgr-bench"],"payload":{"cost":{"gte":1000}}})",
      R"({"payload":{"projectId":{"prefix":"bench"},"open":true}})",
      R"({"priority":"NORMAL","excludeTypes":["system.*"]})",
  };
  return fmt::format(R"({{"name":"{}","topic":"{}","channel":"pull","filter":{}}})", name, topic,
                     filters[kind % filters.size()]);
}

/// The pattern of subscription `number`: it matches one topic of the load, each in another way.
std::string pattern_of(unsigned number) {
  switch (number % 4) {
    case 0:
      return fmt::format("bench/load/{:04}", number);
    case 1:
      return fmt::format("bench/*/{:04}", number);
    case 2:
      return fmt::format("*/load/{:04}", number);
    default:
      return fmt::format("#/{:04}", number);
  }
}

/// CPU seconds of the daemon for each event published.
double cpu_per_event(const server_under_test& server, const event_spec& spec, std::uint64_t events) {
  store_events(server.where(), spec, events / 10 + 1);
  const auto before = server.usage();
  const auto stored = store_events(server.where(), spec, events);
  const auto after = server.usage();
  if (!before || !after) throw std::runtime_error("the daemon's CPU time cannot be read");
  return (after->cpu_seconds - before->cpu_seconds) / static_cast<double>(stored);
}

/// Makes a subscription, deletes it, makes the next, and notes how long each answer took.
class change_loop final : public answer_handler {
 public:
  change_loop(event_loop& loop, const endpoint& where, unsigned changes)
      : authority_(where.authority()), changes_(changes), line_(loop, where, 0, *this) {
    next();
  }

  bool done() const noexcept { return deleted_ == changes_; }
  samples& create_times() noexcept { return create_times_; }
  samples& delete_times() noexcept { return delete_times_; }
  const std::string& complaint() const noexcept { return complaint_; }

  void answered(publisher&, const http_answer& answer) override {
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - sent_);
    const int expected = creating_ ? 201 : 204;
    if (answer.status != expected && complaint_.empty()) {
      complaint_ = fmt::format("{} {}", answer.status, answer.body.substr(0, 300));
    }
    if (creating_) {
      create_times_.add(took);
    } else {
      delete_times_.add(took);
      ++deleted_;
    }
    creating_ = !creating_;
    if (!done()) next();
  }

 private:
  void next() {
    const auto name = fmt::format("change-{}", deleted_);
    request_ = creating_ ? http_call("POST", "/subscriptions", authority_,
                                     pull_subscription(name, pattern_of(deleted_ % 1000), deleted_))
                         : http_call("DELETE", "/subscriptions/" + name, authority_);
    sent_ = steady_clock::now();
    line_.send(request_);
  }

  const std::string authority_;
  const unsigned changes_;
  unsigned deleted_{0};
  bool creating_{true};
  std::string request_;
  steady_time sent_;
  samples create_times_;
  samples delete_times_;
  std::string complaint_;
  publisher line_;
};

void measure_changes(const server_under_test& server, const subscription_count_options& options, const event_spec& spec,
                     report& out) {
  event_loop loop;
  const run_clock clock;
  paced_load paced(loop, clock, server.where(), spec, publish_shape{16, 0});
  const auto from = clock.now();
  paced.set_rate(options.rate, from);
  paced.run(loop, from + std::chrono::seconds(1));
  change_loop changes(loop, server.where(), options.changes);
  while (!changes.done()) paced.run(loop, clock.now() + std::chrono::milliseconds(100));
  const std::chrono::duration<double> elapsed = clock.now() - from;
  const bool answered = paced.drain(loop, drain_limit);

  out.latency("create", changes.create_times());
  out.latency("delete", changes.delete_times());
  out.figure("events_per_s_meanwhile", static_cast<double>(paced.load().acknowledged()) / elapsed.count(), "events/s");
  out.check("changes", changes.complaint().empty(), changes.complaint());
  out.check("answers", answered && paced.load().refused() == 0, paced.load().refusal_summary());
}

}  // namespace

report run_subscriptions(const subscription_count_options& options, const target_options& target, event_spec spec) {
  require_own_server(target);
  spec.topics = options.subscriptions;

  report out("subscriptions");
  double one = 0;
  {
    const server_under_test server(target);
    create_subscription(server.where(), pull_subscription("only", "bench/load/*", 1));
    one = cpu_per_event(server, spec, options.events);
  }
  const server_under_test server(target);
  for (unsigned i = 0; i < options.subscriptions; ++i) {
    create_subscription(server.where(), pull_subscription(fmt::format("s{}", i), pattern_of(i), i));
  }
  const auto many = cpu_per_event(server, spec, options.events);
  out.figure("subscriptions", options.subscriptions, "each on one topic, the patterns and filters of several kinds");
  out.figure("cpu_us_per_event_one", one * 1e6, "us of the daemon's CPU, one subscription of all topics");
  out.figure("cpu_us_per_event_many", many * 1e6, "us of the daemon's CPU");
  out.figure("cpu_ratio", one > 0 ? many / one : 0, "many to one");
  if (const auto usage = server.usage()) out.figure("server_rss_mib", mebibytes(usage->rss_bytes), "MiB");
  measure_changes(server, options, spec, out);

  const auto first = settlement_of(server.where(), "s0");
  out.check("matched", first.unsettled > 0, "what was published waits in its subscription");
  return out;
}

}  // namespace eventmgr::bench
