#pragma once

#include "../session.hpp"
#include "../stored_events.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr::evctl {

/// Which events a command that follows the log is asked for, as given.
struct stream_arguments {
  std::vector<std::string> patterns{};
  std::string since{};
  std::optional<std::string> filter{};
  std::uint32_t last{0};
  std::uint64_t count{0};  ///< 0: no end
};

/// Where the stream begins: now, or what --since or --last say. `filter` is what `read_filter` gave.
result<client::tail_start> read_start(const stream_arguments& given, const std::string& filter, session& here);

/// The text of the filter, wherever it comes from; empty if there is none.
result<std::string> read_filter(const stream_arguments& given, session& here);

/// What of the history is asked for by these.
result<stored_selection> select_stored(const stream_arguments& given, session& here);

/// What a tail is asked for by these.
result<client::tail_options> make_tail(const stream_arguments& given, session& here);

}  // namespace eventmgr::evctl
