#include "transport/http/http_worker.hpp"

#include "transport/common/problem_json.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace eventmgr::transport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr asio::use_awaitable_t<http_worker::executor> use_awaitable{};

// Connections above the limit that are told so; any more are closed without a word.
constexpr std::uint64_t rejected_at_once = 64;

// After a failure to accept, as for want of file descriptors.
constexpr std::chrono::milliseconds accept_pause{50};

/// Often enough that no deadline is missed by much more than an eighth of the shortest.
std::chrono::milliseconds interval_for(const http_limits& limits) {
  const auto shortest =
      std::min({limits.idle, limits.header_read, limits.body_read, limits.write, limits.linger, limits.stream_tick});
  return std::clamp(shortest / 8, std::chrono::milliseconds{1}, std::chrono::milliseconds{500});
}

std::string peer_of(const http_session::socket& connection) {
  error_code failed;
  const auto peer = connection.remote_endpoint(failed);
  if (failed) return "an unknown address";
  return peer.address().to_string() + " port " + std::to_string(peer.port());
}

}  // namespace

http_worker::http_worker(acceptor listening, const http_limits& bounds, std::shared_ptr<request_handler> requests,
                         connection_watch watch)
    : session_host{bounds, std::move(requests), watch.open},
      acceptor_{std::move(listening)},
      executor_{acceptor_.get_executor()},
      sweep_interval_{interval_for(bounds)},
      watch_{std::move(watch)},
      sweep_timer_{executor_},
      retry_timer_{executor_} {}

void http_worker::start() {
  asio::co_spawn(executor_, accept_connections(), [self = shared_from_this()](const std::exception_ptr& failed) {
    // Only want of memory gets here; a listener that has silently ended would be worse than a restart.
    if (failed) std::rethrow_exception(failed);
  });
}

asio::awaitable<void, http_worker::executor> http_worker::accept_connections() {
  while (!stopped_) {
    error_code error;
    http_session::socket connection = co_await acceptor_.async_accept(asio::redirect_error(use_awaitable, error));
    if (stopped_) co_return;
    if (!error) {
      admit(std::move(connection));
    } else if (error != asio::error::connection_aborted) {
      watch_.failed.fetch_add(1, std::memory_order_relaxed);
      retry_timer_.expires_after(accept_pause);
      co_await retry_timer_.async_wait(asio::redirect_error(use_awaitable, error));
    }
  }
}

void http_worker::admit(http_session::socket connection) {
  if (watch_.opened) watch_.opened(peer_of(connection));
  const std::uint64_t open = connections.load(std::memory_order_relaxed);
  if (open >= limits.max_connections + rejected_at_once) return;
  const auto session = std::make_shared<http_session>(std::move(connection), shared_from_this());
  sessions_.insert(session);
  if (open < limits.max_connections) {
    session->start();
  } else {
    session->reject(problem_response(
        {.code = errc::rate_limited, .message = "too many connections", .retry_after = std::chrono::seconds{1}}, "",
        503));
  }
  sweep_later();
}

void http_worker::sweep_later() {
  if (sweeping_ || sessions_.empty()) return;
  sweeping_ = true;
  sweep_timer_.expires_after(sweep_interval_);
  sweep_timer_.async_wait([self = shared_from_this()](const error_code&) {
    self->sweeping_ = false;
    self->sweep();
  });
}

void http_worker::sweep() {
  const auto now = std::chrono::steady_clock::now();
  // A session may end, and so leave the set, while it is looked at; no other does.
  for (auto next = sessions_.begin(); next != sessions_.end();) {
    const std::shared_ptr<http_session> session = *next++;
    session->sweep(now);
  }
  sweep_later();
}

void http_worker::stop_accepting() {
  asio::dispatch(executor_, [self = shared_from_this()] {
    self->stopped_ = true;
    error_code ignored;
    self->acceptor_.close(ignored);
    self->retry_timer_.cancel();
  });
}

void http_worker::drain(std::function<void()> done) {
  stop_accepting();
  asio::dispatch(executor_, [self = shared_from_this(), done = std::move(done)]() mutable {
    self->drained_ = std::move(done);
    self->draining_ = true;
    for (auto next = self->sessions_.begin(); next != self->sessions_.end();) {
      const std::shared_ptr<http_session> session = *next++;
      session->drain();
    }
    self->report_drained();
  });
}

void http_worker::close() {
  stop_accepting();
  asio::dispatch(executor_, [self = shared_from_this()] {
    const auto sessions = std::exchange(self->sessions_, {});
    for (const auto& session : sessions) session->abort();
    self->sweep_timer_.cancel();
    self->report_drained();
  });
}

void http_worker::session_ended(http_session& which) {
  sessions_.erase(which.shared_from_this());
  report_drained();
}

void http_worker::report_drained() {
  if (!draining_ || !sessions_.empty()) return;
  sweep_timer_.cancel();
  if (const auto done = std::exchange(drained_, nullptr)) done();
}

}  // namespace eventmgr::transport
