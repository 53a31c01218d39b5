#include "redelivery_fixture.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <set>
#include <string>

namespace eventmgr::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct published {
  std::string topic{};
  std::string key{};
  priority urgency{priority::normal};
};

/// What one subscriber must have seen: a model that knows nothing of lanes, windows or floors.
class reference {
 public:
  reference(std::string pattern_text, delivery_ordering rule) : pattern_{pattern(pattern_text)}, rule_{rule} {}

  void began(std::uint64_t after) {
    start_ = after;
    delivered_.clear();
    settled_.clear();
    last_first_.clear();
  }

  bool wants(const published& event) const { return pattern_.matches(topic(event.topic)); }

  /// Called for each delivery, before its answer is known.
  void saw(std::uint64_t seq, const std::map<std::uint64_t, published>& log) {
    const published& event = log.at(seq);
    INFO("offset " << seq);
    REQUIRE(wants(event));
    REQUIRE(seq > start_);
    if (delivered_.insert(seq).second && rule_ == delivery_ordering::priority) {
      std::uint64_t& last = last_first_[event.urgency];
      REQUIRE(seq > last);
      last = seq;
    }
    const std::string ordering = rule_ == delivery_ordering::topic ? event.topic : event.key;
    if (rule_ == delivery_ordering::priority || ordering.empty()) return;
    for (const auto& [earlier, other] : log) {
      if (earlier >= seq) break;
      const bool same = (rule_ == delivery_ordering::topic ? other.topic : other.key) == ordering;
      if (earlier > start_ && same && wants(other)) REQUIRE(settled_.contains(earlier));
    }
  }

  void settled(std::uint64_t seq) { settled_.insert(seq); }

  /// Every event that it wants has come to an end.
  void check_complete(const std::map<std::uint64_t, published>& log) const {
    for (const auto& [seq, event] : log) {
      INFO("offset " << seq);
      if (seq > start_ && wants(event)) REQUIRE(settled_.contains(seq));
    }
  }

  std::uint64_t wanted(const std::map<std::uint64_t, published>& log) const {
    std::uint64_t count = 0;
    for (const auto& [seq, event] : log) count += seq > start_ && wants(event) ? 1 : 0;
    return count;
  }

 private:
  topic_pattern pattern_;
  delivery_ordering rule_;
  std::uint64_t start_{0};
  std::set<std::uint64_t> delivered_;
  std::set<std::uint64_t> settled_;  ///< acknowledged, or refused for the last time
  std::map<priority, std::uint64_t> last_first_;
};

struct subscriber_under_test {
  std::string name{};
  subscription_definition definition{};
  reference model;
};

constexpr std::uint32_t max_retries = 2;

class world {
 public:
  explicit world(unsigned seed) : random_{seed} {
    add("by-priority", "#", delivery_ordering::priority, 1, 1);
    add("batches", "a.#", delivery_ordering::priority, 3, 4);
    add("by-topic", "*", delivery_ordering::topic, 4, 1);
    add("by-key", "#", delivery_ordering::key, 5, 2);
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) step();
    failing_ = 0;
    for (auto& each : subscribers_) f_.resume(each->name);
    f_.advance(seconds{30});
    const auto replays = f_.ask<replay_page>([](auto& face, auto done) { face.list_replays({}, 1000, done); });
    for (const replay_info& each : replays->replays) CHECK(each.status == replay_status::completed);
    for (const auto& each : subscribers_) {
      INFO(each->name);
      each->model.check_complete(log_);
      const auto stats = f_.stats(each->name);
      CHECK(stats.exceptions == 0);
      CHECK(stats.in_flight == 0);
      CHECK(stats.matched == each->model.wanted(log_));
      CHECK(stats.matched == stats.acknowledged + stats.dead);
      CHECK(stats.expired + stats.skipped == 0);
      CHECK(stats.lag == std::array<std::uint64_t, 4>{});
    }
  }

 private:
  void add(const std::string& name, const std::string& on_pattern, delivery_ordering rule, std::uint32_t concurrency,
           std::uint32_t batch) {
    auto definition = f_.webhook(name, on_pattern);
    definition.endpoint = "https://" + name + ".test/";
    definition.options.ordering = rule;
    definition.options.max_concurrency = concurrency;
    definition.options.batch_size = batch;
    definition.options.retry = {.max_retries = max_retries, .initial_delay = milliseconds{200}};
    subscribers_.push_back(std::make_unique<subscriber_under_test>(
        subscriber_under_test{.name = name, .definition = definition, .model = {on_pattern, rule}}));
    subscriber_under_test& made = *subscribers_.back();
    f_.channels.at(definition.endpoint).answer = [this, &made](const outgoing_event& sent) {
      return answer(made, sent);
    };
    f_.create(definition);
  }

  delivery_result answer(subscriber_under_test& by, const outgoing_event& sent) {
    const std::uint64_t seq = sent.record->seq.value;
    // Replays and requeues come beside what the lanes deliver, which must not notice.
    if (sent.replay || sent.attempt > max_retries + 1) {
      REQUIRE(by.model.wants(log_.at(seq)));
      return below(100) < failing_ ? refused() : ok();
    }
    by.model.saw(seq, log_);
    if (below(100) < failing_) {
      if (below(5) == 0) return {.outcome = delivery_result::verdict::release};
      if (sent.attempt == max_retries + 1) by.model.settled(seq);
      return refused();
    }
    by.model.settled(seq);
    return ok();
  }

  void step() {
    const unsigned dice = below(100);
    subscriber_under_test& one = *subscribers_[below(static_cast<unsigned>(subscribers_.size()))];
    if (dice < 55) {
      publish(1 + below(6));
    } else if (dice < 80) {
      f_.advance(milliseconds{below(400)});
    } else if (dice < 85) {
      f_.pause(one.name);
    } else if (dice < 93) {
      f_.resume(one.name);
    } else if (dice < 96) {
      const std::uint64_t target = below(static_cast<unsigned>(log_.size()) + 1);
      one.model.began(target);
      f_.seek(one.name, offset{target + 1});
    } else if (dice < 97) {
      failing_ = below(60);
    } else if (dice < 98) {
      f_.ask<requeue_plan>([&](auto& face, auto done) { face.requeue({.canary = below(3)}, done); });
    } else if (dice < 99) {
      f_.ask<replay_info>([&](auto& face, auto done) { face.replay({}, done); });
    } else {
      // Outcomes of the last moment are not written; what they stand for is delivered again.
      f_.crash();
    }
  }

  void publish(unsigned count) {
    std::vector<std::shared_ptr<event>> events;
    for (unsigned i = 0; i < count; ++i) {
      published what{.topic = topics_[below(4)], .key = keys_[below(4)], .urgency = static_cast<priority>(below(4))};
      auto made = make_event(what.topic);
      made->priority = what.urgency;
      made->ordering_key = what.key;
      events.push_back(std::move(made));
      log_.emplace(log_.size() + 1, std::move(what));
    }
    f_.subject->publish(std::move(events), [](const auto& stored) { REQUIRE(stored.has_value()); });
    f_.settle();
  }

  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  const std::array<std::string, 4> topics_{"a", "a/b", "b", "c/d/e"};
  const std::array<std::string, 4> keys_{"", "k1", "k2", "k3"};
  std::mt19937 random_;
  redelivery_fixture f_{};
  std::map<std::uint64_t, published> log_;
  unsigned failing_{20};  ///< per cent of the answers
  std::vector<std::unique_ptr<subscriber_under_test>> subscribers_;
};

TEST_CASE("whatever happens, each subscriber sees what the reference model says, in its order") {
  const unsigned seed = GENERATE(range(1U, 41U));
  INFO("seed " << seed);
  world{seed}.run(250);
}

}  // namespace
}  // namespace eventmgr::test
