#pragma once

#include "config/keys.hpp"
#include "config/node.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::config {

/// What is wrong with a value, and where in it.
struct complaint {
  std::size_t line{0};
  std::size_t column{0};
  std::string key{};  ///< as `topics[2].name`
  std::string message{};
};

/// Reads what was written for a key. Nothing is returned unless all of it is right; every mistake is appended to
/// `complaints`.
std::optional<value> convert(const key& item, const node& written, std::vector<complaint>& complaints);

/// The tree of a value that came as text, from the environment or the command line. A list is written as YAML
/// (`[a, b]`), or as names with commas between them. Text that is not YAML where it must be goes to `complaints`.
node read_text(const key& item, std::string_view text, std::vector<complaint>& complaints);

}  // namespace eventmgr::config
