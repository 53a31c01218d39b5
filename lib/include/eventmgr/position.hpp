#pragma once

#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// A place in the whole log: for each partition the last offset that lies before it. What streams, cursors and replays
/// resume from. Its text is opaque to clients.
struct position {
  std::vector<offset> after{};  ///< by partition number

  friend bool operator==(const position&, const position&) = default;
};

EVENTMGR_API std::string to_string(const position& place);

/// Appends what `to_string` gives.
EVENTMGR_API void append_to(std::string& out, const position& place);

/// nullopt for anything that `to_string` did not write.
EVENTMGR_API std::optional<position> parse_position(std::string_view text) noexcept;

}  // namespace eventmgr
