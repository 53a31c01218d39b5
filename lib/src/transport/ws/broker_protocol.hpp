#pragma once

#include "transport/ws/ws_endpoint.hpp"
#include "transport/ws/ws_options.hpp"

namespace eventmgr::transport {

/// The event protocol (DESIGN section 6): subscribe, unsubscribe, publish, ping. `subject` must outlive every protocol
/// made. Counts each connection, and each event that it refuses, in the broker's counters.
ws_protocol_factory make_broker_protocol_factory(broker& subject, const ws_protocol_options& options);

}  // namespace eventmgr::transport
