#pragma once

#include <cstdint>

namespace eventmgr {

/// So many of a subscription's attempts are kept, the newest; of older ones only those of events that still wait as
/// exceptions, or are dead letters.
inline constexpr std::uint64_t kept_attempts = 10'000;

/// Attempts of one subscription after which older ones are looked through, and how many of them are each time: four
/// for each that came, so that the search gets round however many have to stay.
inline constexpr std::uint64_t attempts_per_sweep = 64;
inline constexpr std::uint64_t attempts_looked_through = 4 * attempts_per_sweep;

}  // namespace eventmgr
