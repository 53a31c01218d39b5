#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/id.hpp>

#include <optional>

namespace eventmgr {

/// The subscription that has sent an event to its dead letter topic; nullopt for any other event. Such a copy has a
/// mark first in its metadata, so that other events are told by that without parsing. The mark alone makes none, for
/// whoever publishes a copy anew, put right, may leave it in: the id must be a copy's too.
std::optional<subscription_id> sender_of_copy(const event& record);

/// The copy of an event that `from` gives up: its id is the UUIDv5 of subscription and event, so that it is made once,
/// and its cause is the event; where that has no correlation id, the event's own id stands for one. It does not expire:
/// who listens there wants it because nobody else had it.
event make_dead_letter_copy(const event& record, subscription_id from, const topic_name& to, time_point now);

}  // namespace eventmgr
