#pragma once

#include <eventmgr/export.hpp>

#include <cstddef>
#include <string>

namespace eventmgr::config {

/// Where a value was written. `origin` is the file as it was named, "environment" or "command line"; `line` and
/// `column` count from 1 and are 0 outside files.
struct location {
  std::string origin{};
  std::size_t line{0};
  std::size_t column{0};

  friend bool operator==(const location&, const location&) = default;
};

/// One mistake, or one thing worth knowing. `key` is a dotted key, the name of an environment variable, or empty where
/// the whole source is meant.
struct diagnostic {
  location where{};
  std::string key{};
  std::string message{};

  friend bool operator==(const diagnostic&, const diagnostic&) = default;
};

/// One line without its end: "eventmgrd.yaml:12:5: queue.maxSize: must be between 1 and 10000000".
EVENTMGR_API std::string to_string(const diagnostic& item);

}  // namespace eventmgr::config
