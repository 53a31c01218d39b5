#pragma once

#include "broker/delivery/delivery_context.hpp"
#include "broker/explain/delivery_lookup.hpp"

#include <eventmgr/trace.hpp>

#include <memory>

namespace eventmgr {

/// Puts the story of an event together: its causes one by one, what it led to, the events of its correlation id, then
/// the deliveries of each, nearest first, one event at a time. Used on the core's thread.
class event_tracer {
 public:
  event_tracer(delivery_context& context, delivery_lookup& lookup) : context_{context}, lookup_{lookup} {}

  void trace(event_id id, reply<event_trace> done);

 private:
  struct story;
  void gather(const std::shared_ptr<story>& what);
  void look_into_next(const std::shared_ptr<story>& what);
  void finish(const std::shared_ptr<story>& what);

  delivery_context& context_;
  delivery_lookup& lookup_;
};

}  // namespace eventmgr
