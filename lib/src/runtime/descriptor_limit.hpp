#pragma once

#include <cstdint>

namespace eventmgr {

/// Lets this process have as many open files as the system allows it: the soft limit of a shell, 1,024 as a rule, is
/// for programs that use select(2). Gives the limit that holds then.
std::uint64_t raise_descriptor_limit() noexcept;

/// How many of `wanted` connections may be taken where there are so many descriptors: a quarter of these, at least 64
/// and at most 1,024, is for the store and for connections that lead out. At least one.
std::uint32_t admissible_connections(std::uint32_t wanted, std::uint64_t descriptors) noexcept;

}  // namespace eventmgr
