#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace eventmgr::client {

/// One page of stored records, each as the JSON text that the daemon sent, so that nothing a newer daemon adds is lost.
struct json_page {
  std::vector<std::string> items{};
  std::uint64_t total{0};
  bool total_is_exact{true};  ///< false: at least `total`
  std::string next_cursor{};  ///< empty when there is no more
};

}  // namespace eventmgr::client
