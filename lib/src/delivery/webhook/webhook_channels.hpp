#pragma once

#include "delivery/common/delivery_io.hpp"
#include "delivery/webhook/delivery_budget.hpp"
#include "delivery/webhook/webhook_client.hpp"
#include "ports/channel.hpp"

#include <eventmgr/subscription.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace eventmgr::delivery {

struct webhook_options {
  webhook_client_options client{};
  std::size_t max_under_way{2048};  ///< deliveries, and so busy connections, of all subscriptions together
  std::string user_agent{"eventmgr"};
};

/// Makes webhook channels, which share one client. On the core's thread. Destroyed after `delivery_io::stop` and after
/// its channels.
class webhook_channels {
 public:
  webhook_channels(delivery_io& io, const webhook_options& options);
  webhook_channels(const webhook_channels&) = delete;
  webhook_channels& operator=(const webhook_channels&) = delete;

  /// A channel that posts a definition's events to `endpoint`, which is its own or its fallback. Throws `error` with
  /// `invalid_request` for an endpoint or a secret that no check would have let pass.
  std::unique_ptr<channel> make(subscription_id id, const subscription_definition& definition,
                                std::string_view endpoint, channel_observer& observer);

 private:
  const std::string user_agent_;
  const std::shared_ptr<delivery_budget> budget_;
  webhook_client client_;
};

}  // namespace eventmgr::delivery
