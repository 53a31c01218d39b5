#include "bench/load/timed_start.hpp"

#include "bench/wire/event_loop.hpp"
#include "bench/wire/http_session.hpp"

#include <chrono>
#include <stdexcept>
#include <string_view>

namespace eventmgr::bench {

namespace {

constexpr std::string_view small_event =
    R"({"type":"bench.start.sample","source":"eventmgr-bench","payload":{"sample":true}})";

void publish_one(const endpoint& where) {
  http_session session(where);
  const auto answer = session.post("/events", small_event);
  if (answer.status != 200) throw std::runtime_error("the first publish was refused: " + std::string(answer.body));
}

}  // namespace

double start_ms(std::unique_ptr<testing::process>& server, const std::vector<std::string>& command) {
  const auto started = steady_clock::now();
  server = std::make_unique<testing::process>(start_server(command));
  publish_one(wait_until_listening(*server));
  return std::chrono::duration<double, std::milli>(steady_clock::now() - started).count();
}

void require_own_server(const target_options& target) {
  if (!target.url.empty()) throw std::runtime_error("this scenario starts the daemon itself: leave --url out");
  if (target.baseline) throw std::runtime_error("the baseline takes events, and knows nothing of them");
}

}  // namespace eventmgr::bench
