#pragma once

#include "delivery/websocket/link_settings.hpp"
#include "ports/channel.hpp"

#include <eventmgr/id.hpp>
#include <eventmgr/subscription.hpp>

#include <functional>
#include <memory>

namespace eventmgr::delivery {

class delivery_io;

/// Makes the channel that is used while there is no connection.
using fallback_factory = std::function<std::unique_ptr<channel>(channel_observer& observer)>;

/// Dials the definition's endpoint and keeps the connection (DESIGN section 6): events go out in `event` messages, or
/// `events` where `batch_size` is above 1, with an `ackId` each, and the peer answers `ack` and `nack`. What it does
/// not acknowledge in time is a failed attempt; what it had not acknowledged when the connection ended is given back.
///
/// `fallback`, if not empty, makes the channel that takes the deliveries from the first failed dial on until there is a
/// connection again; `origin` is its origin then. `io` and `observer` outlive the channel. Throws `error` with
/// `invalid_request` for an endpoint that is no ws(s) URL.
std::unique_ptr<channel> make_websocket_channel(delivery_io& io, subscription_id id,
                                                const subscription_definition& definition, channel_observer& observer,
                                                const fallback_factory& fallback, const link_limits& limits = {});

}  // namespace eventmgr::delivery
