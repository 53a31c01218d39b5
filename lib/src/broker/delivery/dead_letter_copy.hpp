#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/id.hpp>

#include <string>

namespace eventmgr {

/// How the metadata of a copy begins that a subscription has sent to its dead letter topic.
std::string dead_letter_mark(subscription_id from);

/// Whether an event is such a copy, of whichever subscription.
bool is_dead_letter_copy(const event& record) noexcept;

/// The copy of an event that `from` gives up: its id is the UUIDv5 of subscription and event, so that it is made once,
/// and its cause is the event; where that has no correlation id, the event's own id stands for one. It does not expire:
/// who listens there wants it because nobody else had it.
event make_dead_letter_copy(const event& record, subscription_id from, const topic_name& to, time_point now);

}  // namespace eventmgr
