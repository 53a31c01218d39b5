#pragma once

#include <eventmgr/event.hpp>

#include <string>
#include <string_view>

namespace eventmgr::delivery {

/// Whether a text is a `traceparent` of W3C Trace Context, version 00, that names a trace and a span.
bool is_traceparent(std::string_view text) noexcept;

/// Appends the `traceparent` under which an event is delivered: the publisher's, if its metadata has one
/// (`traceparent`, or in `extensions`, where a CloudEvent's is kept); otherwise one made from the event's id, so that
/// all deliveries of an event, to whomever and however often, belong to one trace.
void append_traceparent(std::string& out, const event& record);

}  // namespace eventmgr::delivery
