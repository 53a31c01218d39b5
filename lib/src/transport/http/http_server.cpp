#include "transport/http/http_server.hpp"

#include "transport/http/api.hpp"
#include "transport/http/http_worker.hpp"
#include "transport/http/router.hpp"
#include "transport/http/routes.hpp"

#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <utility>

namespace eventmgr::transport {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// Of scrapers there are few; they must get through when the API's connections are all taken.
constexpr std::uint32_t metrics_connections = 64;

[[noreturn]] void cannot_listen(const http_server_options& options, const error_code& why) {
  throw error{
      {.code = errc::invalid_request,
       .message = "cannot listen on " + options.host + ":" + std::to_string(options.port) + ": " + why.message()}};
}

tcp::endpoint resolve(asio::io_context& context, const http_server_options& options) {
  error_code failed;
  const auto address = asio::ip::make_address(options.host, failed);
  if (!failed) return {address, options.port};
  tcp::resolver resolver{context};
  const auto found = resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive, failed);
  if (failed) cannot_listen(options, failed);
  // A name such as localhost has both kinds of address, and clients try 127.0.0.1.
  for (const auto& one : found) {
    if (one.endpoint().address().is_v4()) return one.endpoint();
  }
  return found.begin()->endpoint();
}

http_worker::acceptor open_acceptor(asio::io_context& context, const tcp::endpoint& at, bool shared,
                                    const http_server_options& options) {
  error_code failed;
  http_worker::acceptor acceptor{context.get_executor()};
  acceptor.open(at.protocol(), failed);
  if (!failed) acceptor.set_option(asio::socket_base::reuse_address{true}, failed);
  const int on = 1;
  if (!failed && shared && ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) {
    failed.assign(errno, boost::system::system_category());
  }
  if (!failed) acceptor.bind(at, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) cannot_listen(options, failed);
  return acceptor;
}

class http_server_impl final : public http_server {
 public:
  http_server_impl(std::span<asio::io_context* const> contexts, http_server_options options, std::shared_ptr<api> calls,
                   const std::vector<route>& routes, connection_watch watch)
      : contexts_{contexts.begin(), contexts.end()},
        options_{std::move(options)},
        api_{std::move(calls)},
        watch_{std::move(watch)},
        router_{std::make_shared<router>(routes, api_)} {}

  void listen() override {
    tcp::endpoint at = resolve(*contexts_.front(), options_);
    const bool shared = contexts_.size() > 1;
    if (shared && at.port() != 0) {
      // SO_REUSEPORT would let a second daemon of the same user take half of the connections: without it, binding
      // fails.
      (void)open_acceptor(*contexts_.front(), at, false, options_);
    }
    for (asio::io_context* context : contexts_) {
      http_worker::acceptor acceptor = open_acceptor(*context, at, shared, options_);
      at.port(acceptor.local_endpoint().port());
      workers_.push_back(std::make_shared<http_worker>(std::move(acceptor), options_.limits, router_, watch_));
    }
    port_ = at.port();
  }

  void start() override {
    if (workers_.empty()) listen();
    for (const auto& worker : workers_) worker->start();
  }

  std::uint16_t port() const noexcept override { return port_; }

  void stop_accepting() override {
    for (const auto& worker : workers_) worker->stop_accepting();
  }

  void drain(std::function<void()> done) override {
    api_->draining = true;
    // Called by the last worker that is done.
    const auto all =
        std::make_shared<std::pair<std::atomic<std::size_t>, std::function<void()>>>(workers_.size(), std::move(done));
    for (const auto& worker : workers_) {
      worker->drain([all] {
        if (all->first.fetch_sub(1) == 1) all->second();
      });
    }
  }

  void close() override {
    for (const auto& worker : workers_) worker->close();
  }

 private:
  const std::vector<asio::io_context*> contexts_;
  const http_server_options options_;
  const std::shared_ptr<api> api_;
  const connection_watch watch_;  ///< of figures of the broker's or the api's, who outlive the workers
  const std::shared_ptr<router> router_;
  std::vector<std::shared_ptr<http_worker>> workers_;
  std::uint16_t port_{0};
};

}  // namespace

std::unique_ptr<http_server> make_http_server(std::span<asio::io_context* const> contexts, broker& events,
                                              http_server_options options, http_callbacks callbacks) {
  auto calls = std::make_shared<api>(events, options.events, options.max_batch, options.retry, options.allowed_origins,
                                     std::move(callbacks.prometheus_text), std::move(callbacks.upgrade));
  broker_counters& counters = events.counters();
  return std::make_unique<http_server_impl>(
      contexts, std::move(options), std::move(calls), api_routes(),
      connection_watch{
          .open = counters.connections, .failed = counters.accepts_failed, .opened = std::move(callbacks.connected)});
}

std::unique_ptr<http_server> make_metrics_server(asio::io_context& context, broker& events, http_server_options options,
                                                 std::function<std::string()> prometheus_text) {
  auto calls = std::make_shared<api>(events, options.events, options.max_batch, options.retry, options.allowed_origins,
                                     std::move(prometheus_text), upgrade_handler{});
  options.limits.max_connections = metrics_connections;
  const connection_watch watch{.open = calls->connections, .failed = events.counters().accepts_failed};
  asio::io_context* const contexts[] = {&context};
  return std::make_unique<http_server_impl>(contexts, std::move(options), std::move(calls), metrics_routes(), watch);
}

}  // namespace eventmgr::transport
