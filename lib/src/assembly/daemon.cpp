#include "assembly/daemon.hpp"

#include "assembly/broker_host.hpp"
#include "assembly/declarations.hpp"
#include "assembly/io_threads.hpp"
#include "assembly/status_log.hpp"
#include "runtime/descriptor_limit.hpp"
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

// For so long a start waits for what is declared.
constexpr std::chrono::seconds declaration_patience{5};

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
  void open();
  void warn_if_open() const;
  void log_each(const std::vector<std::string>& faults) const;
  void wait_for_signal();
  void on_signal(int number);
  void reload();
  void take_over(const std::shared_ptr<const settings>& fresh);
  void end_reload(log_level level, const std::string& outcome);
  void reloads_may_go_on();
  void shut_down();
  void drain_broker();

  const daemon_options& options_;
  const settings& settings_;
  const std::uint32_t max_connections_;
  const std::shared_ptr<transport::retry_defaults> retry_;
  io_threads threads_;
  broker_host host_;
  status_log status_;
  std::unique_ptr<transport::ws_endpoint> websockets_;
  std::unique_ptr<transport::http_server> api_;
  std::unique_ptr<transport::http_server> metrics_;
  asio::signal_set signals_;
  asio::steady_timer declaring_;
  asio::steady_timer drain_deadline_;
  int open_transports_{0};  ///< those that have not finished draining
  bool open_{false};        ///< requests are answered
  bool shutting_down_{false};
  bool reloading_{false};     ///< the first declarations are made as those of a reload
  bool reload_again_{false};  ///< a signal came meanwhile
};

daemon_process::daemon_process(const daemon_options& options)
    : options_{options},
      settings_{options.configuration},
      max_connections_{admissible_connections(settings_.limits.max_connections, raise_descriptor_limit())},
      retry_{std::make_shared<transport::retry_defaults>(settings_.retry)},
      threads_{settings_.threads},
      host_{settings_, threads_.core()},
      status_{host_.get(), threads_.core(), options.log},
      signals_{threads_.core(), SIGTERM, SIGINT, SIGHUP},
      declaring_{threads_.core()},
      drain_deadline_{threads_.core()} {
  broker& events = host_.get();
  transport::ws_endpoint_options endpoint;
  // The greatest event, with what is wrapped around it.
  endpoint.session.max_message_bytes = settings_.limits.max_event_bytes + (64U << 10U);
  endpoint.max_sessions = max_connections_;
  endpoint.allowed_origins = settings_.cors.allowed_origins;
  websockets_ =
      transport::make_ws_endpoint(events, std::move(endpoint), {.limits = limits_of_events(), .retry = retry_});

  const auto prometheus = [&events] { return telemetry::prometheus_text(events.metrics(), events.health()); };
  const auto upgrade = [this](asio::ip::tcp::socket socket, const transport::http_request& request, std::string rest) {
    websockets_->accept(std::move(socket), request, std::move(rest));
  };
  std::function<void(const std::string&)> connected;
  if (options.least <= log_level::debug) {
    connected = [log = options.log](const std::string& from) { log(log_level::debug, "connection from " + from); };
  }
  api_ = transport::make_http_server(
      threads_.contexts(), events, server_options(settings_.port),
      {.upgrade = upgrade, .prometheus_text = prometheus, .connected = std::move(connected)});
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
  made.limits.max_connections = max_connections_;
  made.events = limits_of_events();
  made.max_batch = settings_.limits.max_batch;
  made.retry = retry_;
  made.allowed_origins = settings_.cors.allowed_origins;
  return made;
}

void daemon_process::run() {
  wait_for_signal();
  warn_if_open();
  if (max_connections_ < settings_.limits.max_connections) {
    options_.log(log_level::warning, "limits.maxConnections is " + std::to_string(settings_.limits.max_connections) +
                                         ", but the limit of open files (ulimit -Hn, LimitNOFILE=) leaves room for " +
                                         std::to_string(max_connections_) + " connections only");
  }
  status_.start();
  if (metrics_) {
    metrics_->start();
    options_.log(log_level::info, "metrics on http://" + authority(settings_.host, metrics_->port()) + "/metrics");
  }
  api_->listen();
  // What is declared is there before the first event is taken: a subscription that begins now misses none. A store in
  // trouble is another matter: that must be seen in /health.
  reloading_ = true;
  declaring_.expires_after(declaration_patience);
  declaring_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || shutting_down_) return;
    options_.log(log_level::warning, "what the configuration declares is not all made yet");
    open();
  });
  apply_declarations(host_.get(), settings_, [this](const std::vector<std::string>& faults) {
    log_each(faults);
    if (shutting_down_) return;
    declaring_.cancel();
    open();
    reloads_may_go_on();
  });
  threads_.run();
}

void daemon_process::open() {
  if (std::exchange(open_, true)) return;
  api_->start();
  const std::string url = "http://" + authority(settings_.host, api_->port());
  options_.log(log_level::info, "listening on " + url);
  sd_notify(0, "READY=1");
  if (options_.ready) options_.ready(url);
}

void daemon_process::warn_if_open() const {
  boost::system::error_code none;
  const auto address = asio::ip::make_address(settings_.host, none);
  if (!settings_.security.insecure || (!none && address.is_loopback())) return;
  options_.log(log_level::warning, "security.insecure is set, and " + settings_.host +
                                       " is open to other machines: anyone who reaches this port may publish and "
                                       "read everything");
}

void daemon_process::log_each(const std::vector<std::string>& faults) const {
  for (const std::string& fault : faults) options_.log(log_level::error, "not declared: " + fault);
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
  if (std::exchange(reloading_, true)) {
    reload_again_ = true;
    return;
  }
  sd_notify(0, "RELOADING=1");
  auto read = options_.reload();
  if (!read) return end_reload(log_level::error, "configuration not reloaded: nothing was changed");
  const auto fresh = std::make_shared<const settings>(std::move(*read));
  check_declarations(host_.get(), *fresh, [this, fresh](const std::vector<std::string>& faults) {
    if (faults.empty()) return take_over(fresh);
    log_each(faults);
    end_reload(log_level::error, "configuration not reloaded: nothing was changed");
  });
}

void daemon_process::take_over(const std::shared_ptr<const settings>& fresh) {
  retry_->set(fresh->retry);
  apply_declarations(host_.get(), *fresh, [this](const std::vector<std::string>& faults) {
    log_each(faults);
    if (!faults.empty()) return end_reload(log_level::error, "configuration reloaded, but for what is named above");
    end_reload(log_level::info,
               "configuration reloaded: topics, subscriptions, retry policy; other settings hold from the next start");
  });
}

void daemon_process::end_reload(log_level level, const std::string& outcome) {
  options_.log(level, outcome);
  if (shutting_down_) return;
  sd_notify(0, "READY=1");
  reloads_may_go_on();
}

void daemon_process::reloads_may_go_on() {
  reloading_ = false;
  if (std::exchange(reload_again_, false)) reload();
}

void daemon_process::shut_down() {
  status_.stop();
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
