#pragma once

#include <eventmgr/id.hpp>
#include <eventmgr/topic.hpp>

#include <cstdint>

namespace eventmgr {

/// The partition that a topic's events go to: a hash (FNV-1a, 64 bits) of its name, the same on every machine and in
/// every release, modulo `count`, which is at least 1.
partition_id partition_for(const topic_name& topic, std::uint16_t count) noexcept;

}  // namespace eventmgr
