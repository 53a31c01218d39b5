#pragma once

#include <cstdint>

namespace eventmgr::sqlite {

/// What a search among events is about, in numbers.
struct search_size {
  std::uint64_t stretch{0};   ///< offsets in the range to be searched
  std::uint64_t stored{0};    ///< events in the store
  std::uint64_t matching{0};  ///< of these, about how many are on the wanted topics
  std::uint64_t streams{0};   ///< topics times priorities: each is a seek in the index of topics
  std::uint64_t wanted{0};    ///< matches after which the search ends
};

/// Measured: a seek in the index with the offsets read after it takes about as long as a scan over so many rows.
inline constexpr std::uint64_t rows_per_seek = 6;

/// Streams that one bounded read may look into: some tens of milliseconds.
inline constexpr std::uint64_t max_index_streams = 16'384;

/// Whether to merge the streams of the topic index rather than to scan the log: where the wanted topics are few among
/// the events. Takes the events of a topic to be spread evenly.
bool prefers_topic_index(const search_size& size) noexcept;

}  // namespace eventmgr::sqlite
