#include "delivery/common/name_resolver.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <thread>

using namespace eventmgr::delivery;
using namespace std::chrono_literals;

namespace {

/// Runs until it is so, or for ten seconds.
bool run_until(boost::asio::io_context& io, const std::function<bool()>& is_so) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!is_so() && std::chrono::steady_clock::now() < end) {
    io.restart();
    io.run_one_for(10ms);
  }
  return is_so();
}

resolved_name one_address() { return {.addresses = {boost::asio::ip::make_address("192.0.2.1")}}; }

}  // namespace

TEST_CASE("while a look-up hangs, the last good answer does, and other names are not delayed") {
  boost::asio::io_context io;
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  std::atomic<int> hanging{0};
  std::atomic<bool> hangs{false};
  name_resolver names{
      io, {.threads = 3, .slow_threads = 1, .patience = 20ms, .freshness = 0ms, .ask = [&](const std::string& host) {
             if (host.starts_with("slow") && hangs) {
               ++hanging;
               opened.wait();
               --hanging;
             }
             return one_address();
           }}};
  int answered = 0;
  const auto count = [&](const resolved_name& found) { answered += found.addresses.empty() ? 0 : 1; };
  names.resolve("slow", count);
  REQUIRE(run_until(io, [&] { return answered == 1; }));

  hangs = true;
  names.resolve("slow", count);
  CHECK(run_until(io, [&] { return answered == 2; }));
  CHECK(hanging == 1);
  // At once from then on.
  names.resolve("slow", count);
  CHECK(run_until(io, [&] { return answered == 3; }));
  names.resolve("quick", count);
  CHECK(run_until(io, [&] { return answered == 4; }));
  CHECK(hanging == 1);
  gate.set_value();
  CHECK(run_until(io, [&] { return hanging == 0; }));
}

TEST_CASE("names that were slow keep no more threads than theirs") {
  boost::asio::io_context io;
  std::atomic<int> hanging{0};
  std::atomic<int> most{0};
  name_resolver names{
      io, {.threads = 4, .slow_threads = 1, .patience = 5ms, .freshness = 0ms, .ask = [&](const std::string& host) {
             const int now = ++hanging;
             most = std::max<int>(most, now);
             if (host.starts_with("slow")) std::this_thread::sleep_for(30ms);
             --hanging;
             return resolved_name{.why = "nobody answers", .temporary = true};
           }}};
  int answered = 0;
  const auto count = [&](const resolved_name&) { ++answered; };
  for (const char* const host : {"slow1", "slow2", "slow3"}) names.resolve(host, count);
  REQUIRE(run_until(io, [&] { return answered == 3; }));
  most = 0;
  for (const char* const host : {"slow1", "slow2", "slow3"}) names.resolve(host, count);
  REQUIRE(run_until(io, [&] { return answered == 6; }));
  CHECK(most == 1);
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
