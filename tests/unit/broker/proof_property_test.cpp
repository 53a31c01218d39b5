#include "broker/delivery/redelivery_face.hpp"
#include "proof_fixture.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace eventmgr::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Does to a broker whatever may be done to it, in any order, and asks after each step whether the ledger is proved.
/// Knows nothing of what should have been delivered.
class upheaval {
 public:
  explicit upheaval(unsigned seed) : random_{seed}, f_{static_cast<std::uint16_t>(seed % 3 == 0 ? 3 : 1)} {
    for (const std::string& name : names_) create(name);
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      INFO("step " << i);
      step();
      require_proof();
    }
    failing_ = 0;
    for (const std::string& name : names_) create(name);
    for (const std::string& name : names_) resume(name, {});
    for (int i = 0; i < 30; ++i) {
      answer_some();
      f_.advance(seconds{1});
    }
    require_proof();
    for (const std::string& name : names_) {
      INFO(name);
      const auto stats = f_.stats(name);
      if (stats.in_flight + stats.exceptions != 0 || stats.lag != std::array<std::uint64_t, 4>{}) continue;
      CHECK(stats.matched == stats.acknowledged + stats.dead + stats.expired + stats.skipped);
    }
  }

 private:
  void require_proof() {
    const proof_report report = prove_now(*f_.store);
    REQUIRE(lines_of(report) == std::vector<std::string>{});
    std::uint64_t stored = 0;
    for (const partition_state& each : f_.store->partitions()) stored += each.head.value;
    REQUIRE(report.events == stored);
  }

  subscription_definition definition_of(const std::string& name) {
    auto made = f_.webhook(name, patterns_[below(3)]);
    made.endpoint = "https://" + name + ".test/";
    made.options.ordering = name == "keyed" ? delivery_ordering::key : delivery_ordering::priority;
    made.options.max_concurrency = name == "keyed" ? 5 : 20;
    made.options.batch_size = name == "batches" ? 4 : 1;
    // Without jitter, which would draw from elsewhere: a seed is to tell as much as it can.
    made.options.retry = {.max_retries = 2, .initial_delay = milliseconds{200}, .jitter = false};
    if (name == "copies") made.options.dead_letter_topic = topic("dead/letters");
    if (below(2) == 0) made.filter = filters_[below(3)];
    if (below(4) == 0) made.options.least_priority = priority::high;
    return made;
  }

  void create(const std::string& name) {
    auto definition = definition_of(name);
    const bool by_hand = name == "slow";
    f_.channels.at(definition.endpoint).answer =
        by_hand ? std::function<delivery_result(const outgoing_event&)>{} : [this](const auto&) { return verdict(); };
    f_.subject->subscriptions().create(std::move(definition), [](const auto&) {});
  }

  delivery_result verdict() {
    if (below(100) >= failing_) return ok();
    if (below(6) == 0) return {.outcome = delivery_result::verdict::release};
    if (below(6) == 0) return {.outcome = delivery_result::verdict::reject, .error = "no"};
    return refused();
  }

  /// Of the receiver that takes its time.
  void answer_some() {
    fake_receiver& slow = f_.channels.at("https://slow.test/");
    while (slow.observer != nullptr && !slow.pending.empty() && below(8) != 0) {
      // In any order, so that outcomes come above the floor.
      std::swap(slow.pending.front(), slow.pending[below(static_cast<unsigned>(slow.pending.size()))]);
      slow.settle_next(verdict());
    }
  }

  void step() {
    const unsigned dice = below(100);
    const std::string& name = names_[below(static_cast<unsigned>(names_.size()))];
    if (dice < 35) {
      publish(1 + below(below(10) == 0 ? 150 : 8));
    } else if (dice < 55) {
      f_.advance(milliseconds{below(400)});
    } else if (dice < 62) {
      answer_some();
    } else if (dice < 66) {
      f_.subject->subscriptions().pause(name, [](const auto&) {});
    } else if (dice < 76) {
      using mode = resume_request::mode;
      resume(name,
             {.how = std::array{mode::drain, mode::drain, mode::skip, mode::last}[below(4)], .keep = 1 + below(9)});
    } else if (dice < 79) {
      f_.subject->subscriptions().seek(name, start_earliest{}, [](const auto&) {});
    } else if (dice < 82) {
      f_.subject->subscriptions().seek(name, start_now{}, [](const auto&) {});
    } else if (dice < 90) {
      create(name);  // changed, for it is there
    } else if (dice < 92) {
      f_.subject->subscriptions().remove(name, [](const auto&) {});
      create(name);
    } else if (dice < 94) {
      failing_ = below(70);
    } else if (dice < 96) {
      f_.subject->redeliveries().requeue({.canary = below(3)}, [](const auto&) {});
    } else if (dice < 98) {
      f_.subject->redeliveries().replay({}, [](const auto&) {});
    } else {
      f_.crash();
    }
    // Half of the steps meet those that follow while they are under way.
    if (below(2) == 0) f_.settle();
  }

  void resume(const std::string& name, resume_request how) {
    f_.subject->subscriptions().resume(name, how, [](const auto&) {});
  }

  void publish(unsigned count) {
    std::vector<std::shared_ptr<event>> events;
    for (unsigned i = 0; i < count; ++i) {
      auto made = make_event(topics_[below(4)], R"({"n":)" + std::to_string(below(4)) + "}");
      made->priority = static_cast<priority>(below(4));
      made->ordering_key = keys_[below(3)];
      if (below(5) == 0) made->expires_at = f_.time.now() + milliseconds{below(600)};
      events.push_back(std::move(made));
    }
    f_.subject->publish(std::move(events), [](const auto&) {});
  }

  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  const std::vector<std::string> names_{"plain", "batches", "keyed", "slow", "copies"};
  const std::array<std::string, 3> patterns_{"#", "a.#", "*"};
  const std::array<std::string, 4> topics_{"a", "a/b", "b", "c/d/e"};
  const std::array<std::string, 3> keys_{"", "k1", "k2"};
  const std::array<std::string, 3> filters_{R"({"payload":{"n":{"gt":1}}})", R"({"payload":{"n":[0,2]}})",
                                            R"({"criticalAlways":true,"payload":{"n":3}})"};
  std::mt19937 random_;
  delivery_fixture f_;
  unsigned failing_{30};  ///< per cent of the answers
};

TEST_CASE("whatever is done to a broker, its ledger is proved at every moment") {
  const unsigned seed = GENERATE(range(1U, 41U));
  INFO("seed " << seed);
  upheaval{seed}.run(250);
}

}  // namespace
}  // namespace eventmgr::test
