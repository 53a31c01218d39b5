#pragma once

#include "assembly/daemon.hpp"
#include "broker/broker.hpp"
#include "telemetry/status_watch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr::assembly {

/// Looks at a broker once a second and logs what has changed: trouble of the store, circuit breakers, subscriptions
/// that stopped, refused requests. Lives on the core's thread.
class status_log {
 public:
  using log_function = std::function<void(log_level, const std::string&)>;

  /// `events` and `core` outlive it.
  status_log(broker& events, boost::asio::io_context& core, log_function log);

  void start() { look_later(); }

  /// Nothing is logged any more.
  void stop();

 private:
  void look_later();
  void look();
  void read_subscriptions(std::vector<subscription_info> so_far, std::string cursor);
  void write(const std::vector<telemetry::status_note>& notes) const;

  broker& events_;
  const log_function log_;
  boost::asio::steady_timer timer_;
  telemetry::status_watch watch_;
  subscription_counts counts_;
  bool reading_{false};  ///< the subscriptions, page by page
  bool stopped_{false};
};

}  // namespace eventmgr::assembly
