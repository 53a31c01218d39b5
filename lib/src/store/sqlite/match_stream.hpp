#pragma once

#include "store/sqlite/history_filter.hpp"
#include "store/sqlite/reader.hpp"

#include <eventmgr/query.hpp>

#include <memory>
#include <optional>

namespace eventmgr::sqlite {

struct topic_selection;

/// The offsets of the events that match a query, one by one in its order. Members throw `sqlite_failure`.
class match_stream {
 public:
  virtual ~match_stream() = default;

  /// The next match; nullopt at the end.
  virtual std::optional<offset> next() = 0;
};

/// What is searched, and how it is to be narrowed. What it refers to must outlive the stream.
struct match_request {
  const event_query& query;
  const history_filter& filter;
  const topic_selection& topics;
  offset_range range{};
  std::uint64_t stored{0};  ///< events in the store
  std::uint64_t wanted{0};  ///< matches that the caller will take, at most
};

/// Searches by correlation, by topic or along the log, whichever reads least.
std::unique_ptr<match_stream> open_matches(reader& from, const match_request& request);

}  // namespace eventmgr::sqlite
