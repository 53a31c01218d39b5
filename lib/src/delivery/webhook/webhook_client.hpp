#pragma once

#include "delivery/common/delivery_io.hpp"
#include "delivery/common/mailbox.hpp"
#include "delivery/webhook/idle_pool.hpp"
#include "delivery/webhook/webhook_connection.hpp"
#include "delivery/webhook/webhook_line.hpp"

#include <chrono>
#include <memory>
#include <span>
#include <vector>

namespace eventmgr::delivery {

struct webhook_client_options {
  webhook_limits limits{};
  idle_pool<webhook_connection>::limits idle{};
  std::chrono::milliseconds idle_time{30'000};  ///< after it, a connection that carries nothing is closed
};

/// Posts deliveries, each on a connection of its own, and keeps connections for the next ones. Orders are given on the
/// core's thread; everything else happens on the I/O thread. Destroyed after `delivery_io::stop`, before the
/// `delivery_io`.
class webhook_client final : private webhook_connection::owner {
 public:
  webhook_client(delivery_io& io, const webhook_client_options& options);
  webhook_client(const webhook_client&) = delete;
  webhook_client& operator=(const webhook_client&) = delete;
  ~webhook_client() override;

  /// The results go to the line's target, all at once.
  void deliver(std::shared_ptr<webhook_line> line, std::vector<outgoing_event> events);

  /// Ends what is under way for a line, in the order of the calls. Its target may still hear results for a moment.
  void cancel(std::shared_ptr<webhook_line> line);

 private:
  struct order {
    std::shared_ptr<webhook_line> line{};
    std::vector<outgoing_event> events{};  ///< empty: cancel
  };

  void take(std::span<order> orders);
  void start(order& wanted);
  void cancel_now(const webhook_line& line);
  void retire(webhook_connection& connection);

  void delivered(webhook_connection& connection, std::vector<delivery_result> results, bool reusable) override;
  void ended(webhook_connection& connection) override;

  delivery_io& io_;
  const webhook_client_options options_;
  std::vector<std::unique_ptr<webhook_connection>> connections_{};
  idle_pool<webhook_connection> idle_;
  mailbox<order> orders_;
};

}  // namespace eventmgr::delivery
