#include "delivery/common/name_resolver.hpp"

#include "support/eventually.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

using namespace eventmgr::delivery;
using namespace std::chrono_literals;

namespace {

/// Runs until it is so; false if it does not become so in time.
bool run_until(boost::asio::io_context& io, const std::function<bool()>& is_so) {
  const auto end = std::chrono::steady_clock::now() + eventmgr::testing::default_patience;
  while (!is_so() && std::chrono::steady_clock::now() < end) {
    io.restart();
    io.run_one_for(10ms);
  }
  return is_so();
}

/// Where look-ups wait until the test lets them go on. Opened at the end of a test, however it ends.
class turnstile {
 public:
  void pass() {
    std::unique_lock lock{mutex_};
    ++waiting_;
    changed_.wait(lock, [this] { return allowed_ > 0; });
    --allowed_;
    --waiting_;
  }

  void let_go(int lookups) {
    const std::lock_guard lock{mutex_};
    allowed_ += lookups;
    changed_.notify_all();
  }

  int waiting() const {
    const std::lock_guard lock{mutex_};
    return waiting_;
  }

  /// Opens the turnstile for good. To be destroyed before the resolver, which waits for its threads.
  class opener {
   public:
    explicit opener(turnstile& which) : which_{which} {}
    opener(const opener&) = delete;
    opener& operator=(const opener&) = delete;
    ~opener() { which_.let_go(1000); }

   private:
    turnstile& which_;
  };

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_{0};
  int allowed_{0};
};

resolved_name one_address() { return {.addresses = {boost::asio::ip::make_address("192.0.2.1")}}; }

}  // namespace

TEST_CASE("while a look-up hangs, the last good answer does, and other names are not delayed") {
  boost::asio::io_context io;
  turnstile hanging;
  std::atomic<bool> hangs{false};
  name_resolver names{
      io, {.threads = 3, .slow_threads = 1, .patience = 20ms, .freshness = 0ms, .ask = [&](const std::string& host) {
             if (host.starts_with("slow") && hangs) hanging.pass();
             return one_address();
           }}};
  const turnstile::opener in_the_end{hanging};
  int answered = 0;
  const auto count = [&](const resolved_name& found) { answered += found.addresses.empty() ? 0 : 1; };
  names.resolve("slow", count);
  REQUIRE(run_until(io, [&] { return answered == 1; }));

  hangs = true;
  names.resolve("slow", count);
  CHECK(run_until(io, [&] { return answered == 2 && hanging.waiting() == 1; }));
  // At once from then on.
  names.resolve("slow", count);
  CHECK(run_until(io, [&] { return answered == 3; }));
  names.resolve("quick", count);
  CHECK(run_until(io, [&] { return answered == 4; }));
  CHECK(hanging.waiting() == 1);
  hanging.let_go(1);
  CHECK(run_until(io, [&] { return hanging.waiting() == 0; }));
}

TEST_CASE("names that were slow keep no more threads than theirs") {
  boost::asio::io_context io;
  turnstile slow;
  // To a resolver without patience every look-up is slow that waits for the test.
  name_resolver names{
      io, {.threads = 4, .slow_threads = 1, .patience = 0ms, .freshness = 0ms, .ask = [&](const std::string& host) {
             if (host.starts_with("slow")) slow.pass();
             return resolved_name{.why = "nobody answers", .temporary = true};
           }}};
  const turnstile::opener in_the_end{slow};
  int answered = 0;
  const auto count = [&](const resolved_name&) { ++answered; };
  const auto resolve_all = [&] {
    for (const char* const host : {"slow1", "slow2", "slow3"}) names.resolve(host, count);
  };
  resolve_all();
  REQUIRE(run_until(io, [&] { return slow.waiting() == 3; }));
  slow.let_go(3);
  REQUIRE(run_until(io, [&] { return answered == 3; }));

  resolve_all();
  // Its look-up comes after theirs, where threads take theirs.
  names.resolve("quick", count);
  for (int known = 4; known <= 6; ++known) {
    REQUIRE(run_until(io, [&] { return answered == known && slow.waiting() == 1; }));
    slow.let_go(1);
  }
  CHECK(run_until(io, [&] { return answered == 7; }));
}

TEST_CASE("a name that is gone has no answer any more") {
  boost::asio::io_context io;
  resolved_name next = one_address();
  name_resolver names{io, {.freshness = 0ms, .ask = [&](const std::string&) { return next; }}};
  resolved_name last;
  int answered = 0;
  const auto take = [&](const resolved_name& found) {
    last = found;
    ++answered;
  };
  const auto ask = [&] {
    names.resolve("a.test", take);
    const int before = answered;
    REQUIRE(run_until(io, [&] { return answered > before; }));
  };
  ask();
  CHECK(last.addresses.size() == 1);
  next = {.why = "try again", .temporary = true};
  ask();
  CHECK(last.addresses.size() == 1);
  next = {.why = "unknown"};
  ask();
  CHECK(last.addresses.empty());
  CHECK(last.why == "unknown");
}
