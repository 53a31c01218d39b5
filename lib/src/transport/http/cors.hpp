#pragma once

#include "transport/common/http_message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::transport {

/// Which web pages may read the answers (the Fetch standard's CORS protocol).
class cors_policy {
 public:
  /// Exact origins, as "https://app.example", or "*".
  explicit cors_policy(std::vector<std::string> allowed) : allowed_{std::move(allowed)} {}

  /// Adds what the answer to `request` needs so that the page that sent it may read it; nothing for other requests.
  void add_fields(const http_request& request, header_fields& answer) const;

  /// Adds what a preflight asks for. `methods` is a list as for `Allow`.
  void add_preflight_fields(const http_request& request, std::string_view methods, header_fields& answer) const;

 private:
  std::vector<std::string> allowed_;
};

}  // namespace eventmgr::transport
