#pragma once

#include "delivery/common/delivery_io.hpp"
#include "delivery/webhook/webhook_channels.hpp"
#include "delivery/websocket/link_settings.hpp"
#include "ports/channel.hpp"
#include "ports/clock.hpp"
#include "ports/executor.hpp"

#include <memory>

namespace eventmgr::delivery {

struct channel_factory_options {
  delivery_io_options io{};
  webhook_options webhook{};
  link_limits websocket{};
};

/// The channels that lead out: webhooks, and WebSockets that we dial, with their webhook fallback. Starts the delivery
/// threads; throws `error` with `invalid_request` if the authorities cannot be read. `core` and `time` outlive it.
///
/// `check` and `make` are called on the core's thread; `make` throws `error` with `invalid_request` for a definition
/// that `check` would refuse by its form.
///
/// Shutdown: close the channels, on the core's thread, and destroy them; then destroy the factory, on any thread but
/// its own. That ends and joins its threads; a name that is being looked up is waited for. Checks whose answer has not
/// been posted by then get none.
std::unique_ptr<channel_factory> make_channel_factory(executor& core, const clock& time,
                                                      const channel_factory_options& options);

}  // namespace eventmgr::delivery
