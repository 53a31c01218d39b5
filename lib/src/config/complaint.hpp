#pragma once

#include <cstddef>
#include <string>

namespace eventmgr::config {

/// What is wrong with a value, and where in it.
struct complaint {
  std::size_t line{0};
  std::size_t column{0};
  std::string key{};  ///< as `topics[2].name`
  std::string message{};
};

}  // namespace eventmgr::config
