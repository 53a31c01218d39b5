#include "delivery/webhook/webhook_channels.hpp"

#include "delivery/webhook/webhook_channel.hpp"

#include <utility>

namespace eventmgr::delivery {

webhook_channels::webhook_channels(delivery_io& io, const webhook_options& options)
    : user_agent_{options.user_agent},
      budget_{std::make_shared<delivery_budget>(io.core(), options.max_under_way)},
      client_{io, options.client} {}

std::unique_ptr<channel> webhook_channels::make(subscription_id id, const subscription_definition& definition,
                                                std::string_view endpoint, channel_observer& observer) {
  const auto to = parse_endpoint_url(endpoint, endpoint_scheme::http, "/endpoint").value();
  auto writer = request_writer::make(id, definition, to, user_agent_).value();
  return std::make_unique<webhook_channel>(client_, budget_, to, std::move(writer), definition.options, observer);
}

}  // namespace eventmgr::delivery
