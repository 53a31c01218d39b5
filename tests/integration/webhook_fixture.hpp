#pragma once

#include "delivery/channel_factory.hpp"
#include "ports/channel.hpp"
#include "runtime/system_ports.hpp"
#include "runtime/thread_executor.hpp"
#include "support/eventually.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace eventmgr::test {

/// Keeps what a channel settles, for the test's thread to wait for.
class settled_log final : public channel_observer {
 public:
  void settled(std::span<const delivery_result> results) override {
    const std::lock_guard lock{mutex_};
    results_.insert(results_.end(), results.begin(), results.end());
    changed_.notify_all();
  }

  void ready() override {
    const std::lock_guard lock{mutex_};
    ++ready_;
    changed_.notify_all();
  }

  /// Waits for so many results, and takes all that there are; fewer if they do not come in time.
  std::vector<delivery_result> take(std::size_t count = 1) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, testing::default_patience, [&] { return results_.size() >= count; });
    return std::exchange(results_, {});
  }

  bool wait_ready() {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, testing::default_patience, [&] { return ready_ > 0; });
  }

  std::size_t size() {
    const std::lock_guard lock{mutex_};
    return results_.size();
  }

 private:
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::vector<delivery_result> results_{};
  std::size_t ready_{0};
};

/// A channel factory with a core thread, as the broker has one.
class delivery_bench {
 public:
  explicit delivery_bench(const delivery::channel_factory_options& options = {})
      : factory_{delivery::make_channel_factory(core_, time_, options)} {}

  /// Runs on the core's thread, and waits.
  template <class Work>
  auto on_core(Work work) {
    using value = decltype(work());
    std::promise<value> done;
    auto result = done.get_future();
    core_.post([&] {
      if constexpr (std::is_void_v<value>) {
        work();
        done.set_value();
      } else {
        done.set_value(work());
      }
    });
    return result.get();
  }

  std::unique_ptr<channel> open(const subscription_definition& definition, channel_observer& observer) {
    const auto id = *subscription_id::parse("11111111-2222-7333-8444-555555555555");
    return on_core([&] { return factory_->make(id, definition, observer); });
  }

  void send(channel& to, std::vector<outgoing_event> events) {
    on_core([&] { to.send(std::move(events)); });
  }

  void close(channel& which) {
    on_core([&] { which.close(); });
  }

  result<void> check(const subscription_definition& definition) {
    std::promise<result<void>> done;
    auto answer = done.get_future();
    core_.post([&] { factory_->check(definition, [&](result<void> verdict) { done.set_value(std::move(verdict)); }); });
    return answer.get();
  }

  /// The channels must be closed.
  void end() { factory_.reset(); }

 private:
  system_clock time_{};
  thread_executor core_{"core", 1};
  std::unique_ptr<channel_factory> factory_;
};

/// With so much time for each attempt that a test which waits for one sees it time out.
inline subscription_definition webhook_to(std::string endpoint) {
  subscription_definition definition;
  definition.endpoint = std::move(endpoint);
  definition.options.ack_timeout = testing::default_patience / 2;
  return definition;
}

/// A channel, and what it settles.
struct webhook_under_test {
  webhook_under_test(delivery_bench& with, const subscription_definition& definition)
      : bench{with}, out{with.open(definition, log)} {}
  webhook_under_test(const webhook_under_test&) = delete;
  webhook_under_test& operator=(const webhook_under_test&) = delete;
  ~webhook_under_test() {
    bench.on_core([&] { out.reset(); });
  }

  /// Sends and waits for the results, of which there is one for each event.
  std::vector<delivery_result> deliver(std::vector<outgoing_event> events) {
    const auto count = events.size();
    bench.send(*out, std::move(events));
    auto results = log.take(count);
    REQUIRE(results.size() == count);
    return results;
  }

  delivery_bench& bench;
  settled_log log{};
  std::unique_ptr<channel> out;
};

}  // namespace eventmgr::test
