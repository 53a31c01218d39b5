#pragma once

#include "broker/broker.hpp"

#include <eventmgr/event_manager.hpp>

#include <functional>
#include <memory>
#include <string_view>

namespace eventmgr {

/// Turns a caller's event into one that can be stored; provided by the codec.
using input_normaliser = std::function<result<std::shared_ptr<event>>(event_in&&, time_point now)>;

/// Reads the text of a subscription's filter; provided by the codec.
using filter_parser = std::function<result<event_filter>(std::string_view json)>;

/// Checks a subscription's definition, and completes it; provided by the codec.
using definition_checker = std::function<result<subscription_definition>(const subscription_definition&)>;

/// Check what a requeue or a replay asks for, and bring it into the form in which it is kept; provided by the codec.
using requeue_checker = std::function<result<requeue_request>(const requeue_request&)>;
using replay_checker = std::function<result<replay_request>(const replay_request&)>;

/// How the C++ face reads what its callers give.
struct input_readers {
  input_normaliser events;
  filter_parser filters;
  definition_checker definitions;
  requeue_checker requeues;
  replay_checker replays;
};

/// The C++ face over a broker: blocking calls are its callbacks waited for, handlers are tails. `answers` tells
/// refusals of `publish_async`; it is the core's. `keep_alive` is what the broker runs on; it is released after the
/// broker.
std::unique_ptr<event_manager> make_in_process_manager(broker& core, const clock& time, executor& answers,
                                                       executor& handlers, input_readers readers,
                                                       std::shared_ptr<void> keep_alive);

}  // namespace eventmgr
