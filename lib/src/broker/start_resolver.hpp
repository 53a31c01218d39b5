#pragma once

#include "broker/broker.hpp"
#include "broker/sequencer.hpp"

#include <eventmgr/start_point.hpp>

#include <string>

namespace eventmgr {

/// What `resolve_start` works with.
struct start_context {
  const sequencer& flow;
  event_store& store;
  executor& core;
  executor& readers;
};

/// Finds the place after which a subscription begins. `done` is called once on the core's thread, where this must be
/// called too: at once, unless the store must be asked. Fails with `invalid_request` for a place that does not exist;
/// `pointer` names it.
void resolve_start(const start_context& context, const start_point& start, std::string pointer, reply<position> done);

}  // namespace eventmgr
