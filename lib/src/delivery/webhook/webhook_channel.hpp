#pragma once

#include "delivery/webhook/delivery_budget.hpp"
#include "delivery/webhook/webhook_client.hpp"
#include "delivery/webhook/webhook_line.hpp"
#include "ports/channel.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::delivery {

/// Posts a subscription's events to its endpoint.
class webhook_channel final : public channel {
 public:
  /// `client` and `budget` outlive it; `observer` until `close`.
  webhook_channel(webhook_client& client, std::shared_ptr<delivery_budget> budget, const endpoint_url& to,
                  request_writer writer, const subscription_options& options, channel_observer& observer);
  webhook_channel(const webhook_channel&) = delete;
  webhook_channel& operator=(const webhook_channel&) = delete;
  ~webhook_channel() override;

  std::size_t capacity() const override;
  void send(std::vector<outgoing_event> batch) override;
  std::string_view origin() const override { return line_->to.origin; }
  std::string trouble() const override;
  void close() override;

 private:
  class core_half;

  webhook_client& client_;
  std::shared_ptr<core_half> half_;
  std::shared_ptr<webhook_line> line_;
};

}  // namespace eventmgr::delivery
