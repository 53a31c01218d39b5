#pragma once

#include <eventmgr/event.hpp>

namespace eventmgr {

/// Whether an event had expired when it was published: it is stored, and delivered to nobody.
inline bool expired_when_published(const event& record) noexcept {
  return record.expires_at && *record.expires_at <= record.received_at;
}

}  // namespace eventmgr
