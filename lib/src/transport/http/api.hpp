#pragma once

#include "broker/broker.hpp"
#include "core/normalise.hpp"
#include "transport/common/query_string.hpp"
#include "transport/common/retry_defaults.hpp"
#include "transport/http/exchange.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::transport {

/// What the calls of the HTTP API work with. Shared by all I/O threads.
struct api {
  api(broker& target, const event_limits& event_bounds, std::uint32_t batch_bound,
      std::shared_ptr<const retry_defaults> retries, std::vector<std::string> origins,
      std::function<std::string()> render_metrics, upgrade_handler take_upgrades)
      : events{target},
        limits{event_bounds},
        max_batch{batch_bound},
        retry{std::move(retries)},
        allowed_origins{std::move(origins)},
        prometheus_text{std::move(render_metrics)},
        upgrade{std::move(take_upgrades)} {}

  broker& events;
  const event_limits limits;
  const std::uint32_t max_batch;
  const std::shared_ptr<const retry_defaults> retry;
  const std::vector<std::string> allowed_origins;
  const std::function<std::string()> prometheus_text;
  const upgrade_handler upgrade;
  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> connections{0};  ///< of a listener that does not count among the broker's
};

/// One request that was found its route.
struct call {
  std::shared_ptr<transport::exchange> exchange;
  query_string query{};     ///< only parameters that the route knows
  std::string argument{};   ///< what stands for the variable segment of the path, decoded
  std::string_view base{};  ///< what the path had before that of the route: "/api/v1" or nothing; of a constant

  http_request& request() const noexcept { return exchange->request(); }
};

/// Answers with the failure, as problem+json.
void fail(exchange& item, const failure& why);
void fail(exchange& item, const failure& why, unsigned status);

}  // namespace eventmgr::transport
