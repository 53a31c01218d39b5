#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/subscription.hpp>

#include <string>

namespace eventmgr {

/// The topic or key whose order an event must keep; empty: none.
inline std::string ordering_of(delivery_ordering rule, const event& record) {
  if (rule == delivery_ordering::topic) return record.topic.str();
  if (rule == delivery_ordering::key) return record.ordering_key;
  return {};
}

}  // namespace eventmgr
