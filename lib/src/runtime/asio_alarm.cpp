#include "runtime/asio_alarm.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <utility>

namespace eventmgr {

struct asio_alarm::state {
  boost::asio::steady_timer timer;
  std::uint64_t turn{0};  ///< a handler that is queued already outlives the timer's cancel
};

asio_alarm::asio_alarm(boost::asio::io_context& context)
    : state_{std::make_shared<state>(state{.timer = boost::asio::steady_timer{context}})} {}

asio_alarm::~asio_alarm() { cancel(); }

void asio_alarm::set(std::chrono::steady_clock::time_point when, std::function<void()> ring) {
  const std::uint64_t turn = ++state_->turn;
  state_->timer.expires_at(when);
  state_->timer.async_wait([kept = state_, turn, ring = std::move(ring)](const boost::system::error_code&) {
    if (kept->turn == turn) ring();
  });
}

void asio_alarm::cancel() {
  ++state_->turn;
  state_->timer.cancel();
}

}  // namespace eventmgr
