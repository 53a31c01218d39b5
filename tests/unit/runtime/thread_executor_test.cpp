#include "runtime/thread_executor.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <future>
#include <string>

namespace eventmgr {
namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

TEST_CASE("work that was put off does not run early, nor keep other work waiting") {
  thread_executor subject{"test", 1};
  const auto when = steady::now() + 50ms;
  std::promise<steady::time_point> ran;
  std::promise<void> other;
  subject.post_at(when, [&] { ran.set_value(steady::now()); });
  subject.post([&] { other.set_value(); });
  other.get_future().wait();
  CHECK(ran.get_future().get() >= when);
}

TEST_CASE("work that was put off runs in the order of its time") {
  thread_executor subject{"test", 1};
  std::string order;
  std::promise<void> all_posted;
  std::promise<void> done;
  const auto now = steady::now();
  subject.post([&] { all_posted.get_future().wait(); });
  subject.post_at(now + 30ms, [&] {
    order += 'c';
    done.set_value();
  });
  subject.post_at(now + 20ms, [&] { order += 'b'; });
  subject.post_at(now - 1h, [&] { order += 'a'; });
  all_posted.set_value();
  done.get_future().wait();
  CHECK(order == "abc");
}

TEST_CASE("the earliest ends the wait for a later one") {
  thread_executor subject{"test", 1};
  std::promise<void> early;
  subject.post_at(steady::now() + 24h, [] {});
  subject.post_at(steady::now() + 1ms, [&] { early.set_value(); });
  early.get_future().wait();
  SUCCEED();
}

TEST_CASE("what was put off does not wait for a thread that is busy while another is not") {
  thread_executor subject{"test", 2};
  std::promise<void> second;
  subject.post_at(steady::now() + 1ms, [&] { second.get_future().wait(); });
  std::promise<void> done;
  subject.post_at(steady::now() + 2ms, [&] {
    second.set_value();
    done.set_value();
  });
  done.get_future().wait();
  SUCCEED();
}

TEST_CASE("stopping runs at once what was put off, and drops what comes later") {
  bool ran = false;
  bool late = false;
  thread_executor subject{"test", 1};
  subject.post_at(steady::now() + 24h, [&] { ran = true; });
  subject.stop();
  subject.post_at(steady::now(), [&] { late = true; });
  CHECK(ran);
  CHECK_FALSE(late);
}

}  // namespace
}  // namespace eventmgr
