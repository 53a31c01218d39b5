#include "chaos/live_server.hpp"

#include <csignal>
#include <cstdlib>
#include <thread>

namespace eventmgr::chaos {

void live_server::start() {
  testing::daemon_options options;
  options.data_dir = data_dir_;
  daemon_ = std::make_unique<testing::daemon>(options);
  port_ = daemon_->port();
}

void live_server::crash() {
  port_ = 0;
  daemon_->child().kill();
}

std::optional<int> live_server::terminate(testing::process::duration deadline) {
  daemon_->child().send_signal(SIGTERM);
  const auto ended = daemon_->child().wait(deadline);
  port_ = 0;
  if (!ended) return std::nullopt;
  return ended->status;
}

bool live_server::running() { return !daemon_->child().wait(testing::process::duration(0)); }

bench::endpoint live_server::address() const { return {.host = "127.0.0.1", .port = port_}; }

std::optional<bench::endpoint> live_server::where() const {
  const auto place = address();
  if (place.port == 0) return std::nullopt;
  return place;
}

std::string disk_folder() { return EVENTMGR_CHAOS_DIR; }

unsigned wanted_kills() {
#ifdef EVENTMGR_CHAOS_SANITIZED
  constexpr unsigned usual = 6;
#else
  constexpr unsigned usual = 20;
#endif
  const char* const wish = std::getenv("EVENTMGR_CHAOS_KILLS");
  const auto count = wish == nullptr ? 0UL : std::strtoul(wish, nullptr, 10);
  return count == 0 ? usual : static_cast<unsigned>(count);
}

void pause_for(std::chrono::microseconds span) { std::this_thread::sleep_for(span); }

}  // namespace eventmgr::chaos
