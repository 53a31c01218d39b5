#include "assembly/daemon.hpp"

#include "assembly/broker_host.hpp"
#include "assembly/io_threads.hpp"
#include "broker/delivery/subscription_face.hpp"
#include "telemetry/prometheus_text.hpp"
#include "transport/http/http_server.hpp"
#include "transport/ws/ws_endpoint.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <systemd/sd-daemon.h>

#include <csignal>
#include <cstdlib>
#include <utility>

namespace eventmgr::assembly {

namespace {

namespace asio = boost::asio;

// What clients get to finish their requests before their connections are cut.
constexpr std::chrono::seconds drain_time{10};

std::string authority(const std::string& host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

class daemon_process {
 public:
  explicit daemon_process(const daemon_options& options);

  void run();

 private:
  event_limits limits_of_events() const;
  transport::http_server_options server_options(std::uint16_t port) const;
  void declare_subscriptions(const std::vector<subscription_definition>& declarations);
  void declare_topics(const std::vector<topic_declaration>& declarations);
  void wait_for_signal();
  void on_signal(int number);
  void reload();
  void shut_down();
  void drain_broker();

  const daemon_options& options_;
  const settings& settings_;
  io_threads threads_;
  broker_host host_;
  std::unique_ptr<transport::ws_endpoint> websockets_;
  std::unique_ptr<transport::http_server> api_;
  std::unique_ptr<transport::http_server> metrics_;
  asio::signal_set signals_;
  asio::steady_timer drain_deadline_;
  int open_transports_{0};  ///< those that have not finished draining
  bool shutting_down_{false};
};

daemon_process::daemon_process(const daemon_options& options)
    : options_{options},
      settings_{options.configuration},
      threads_{settings_.threads},
      host_{settings_, threads_.core()},
      signals_{threads_.core(), SIGTERM, SIGINT, SIGHUP},
      drain_deadline_{threads_.core()} {
  broker& events = host_.get();
  transport::ws_endpoint_options endpoint;
  // The greatest event, with what is wrapped around it.
  endpoint.session.max_message_bytes = settings_.limits.max_event_bytes + (64U << 10U);
  endpoint.max_sessions = settings_.limits.max_connections;
  endpoint.allowed_origins = settings_.cors.allowed_origins;
  websockets_ = transport::make_ws_endpoint(events, std::move(endpoint),
                                            {.limits = limits_of_events(), .retry = settings_.retry});

  const auto prometheus = [&events] { return telemetry::prometheus_text(events.metrics(), events.health()); };
  const auto upgrade = [this](asio::ip::tcp::socket socket, const transport::http_request& request, std::string rest) {
    websockets_->accept(std::move(socket), request, std::move(rest));
  };
  api_ = transport::make_http_server(threads_.contexts(), events, server_options(settings_.port),
                                     {.upgrade = upgrade, .prometheus_text = prometheus});
  if (settings_.metrics.enabled) {
    metrics_ =
        transport::make_metrics_server(threads_.core(), events, server_options(settings_.metrics.port), prometheus);
  }
}

event_limits daemon_process::limits_of_events() const {
  return {.max_event_bytes = settings_.limits.max_event_bytes, .max_depth = settings_.limits.max_depth};
}

transport::http_server_options daemon_process::server_options(std::uint16_t port) const {
  transport::http_server_options made;
  made.host = settings_.host;
  made.port = port;
  made.limits.max_body_bytes = settings_.limits.max_body_bytes;
  made.limits.max_connections = settings_.limits.max_connections;
  made.events = limits_of_events();
  made.max_batch = settings_.limits.max_batch;
  made.retry = settings_.retry;
  made.allowed_origins = settings_.cors.allowed_origins;
  return made;
}

void daemon_process::run() {
  wait_for_signal();
  declare_topics(settings_.topics);
  declare_subscriptions(settings_.subscriptions);
  if (metrics_) {
    metrics_->start();
    options_.log(log_level::info, "metrics on http://" + authority(settings_.host, metrics_->port()) + "/metrics");
  }
  api_->start();
  const std::string url = "http://" + authority(settings_.host, api_->port());
  options_.log(log_level::info, "listening on " + url);
  sd_notify(0, "READY=1");
  if (options_.ready) options_.ready(url);
  threads_.run();
}

void daemon_process::declare_topics(const std::vector<topic_declaration>& declarations) {
  for (const topic_declaration& declaration : declarations) {
    host_.get().declare_topic(
        declaration, declare_mode::replace, [this, name = declaration.topic.str()](const auto& done) {
          if (!done) options_.log(log_level::error, "topic " + name + " was not declared: " + done.error().message);
        });
  }
}

void daemon_process::declare_subscriptions(const std::vector<subscription_definition>& declarations) {
  for (const subscription_definition& declaration : declarations) {
    host_.get().subscriptions().create(declaration, [this, name = declaration.name](const auto& made) {
      if (made) return;
      std::string why = made.error().message;
      for (const problem& each : made.error().details)
        why.append("; ").append(each.pointer).append(" ").append(each.message);
      options_.log(log_level::error, "subscription " + name + " was not made: " + why);
    });
  }
}

void daemon_process::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& cancelled, int number) {
    if (cancelled) return;
    on_signal(number);
    wait_for_signal();
  });
}

void daemon_process::on_signal(int number) {
  if (number == SIGHUP) return reload();
  if (std::exchange(shutting_down_, true)) {
    // Nothing is lost: what was acknowledged is on disk.
    options_.log(log_level::warning, "stopping at once");
    std::_Exit(EXIT_FAILURE);
  }
  shut_down();
}

void daemon_process::reload() {
  sd_notify(0, "RELOADING=1");
  if (const auto fresh = options_.reload()) {
    declare_topics(fresh->topics);
    declare_subscriptions(fresh->subscriptions);
    options_.log(log_level::info,
                 "configuration reloaded: topics, subscriptions; other settings hold from the next start");
  } else {
    options_.log(log_level::error, "configuration not reloaded: nothing was changed");
  }
  sd_notify(0, "READY=1");
}

void daemon_process::shut_down() {
  options_.log(log_level::info, "draining");
  sd_notify(0, "STOPPING=1");
  drain_deadline_.expires_after(drain_time);
  drain_deadline_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    options_.log(log_level::warning, "clients did not finish in time; their connections are closed");
    api_->close();
    if (metrics_) metrics_->close();
  });

  // Transports first, so that requests in progress still find a broker that takes them.
  const auto drained = [this] {
    asio::post(threads_.core(), [this] {
      if (--open_transports_ == 0) drain_broker();
    });
  };
  open_transports_ = metrics_ ? 3 : 2;
  websockets_->drain(drained);
  api_->drain(drained);
  if (metrics_) metrics_->drain(drained);
}

void daemon_process::drain_broker() {
  drain_deadline_.cancel();
  host_.get().drain([this] {
    options_.log(log_level::info, "stopped");
    threads_.finish();
  });
}

}  // namespace

void run_daemon(const daemon_options& options) {
  // A file that may not grow and a reader that has gone are errors of one write, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  daemon_process process{options};
  process.run();
}

}  // namespace eventmgr::assembly
