#pragma once

#include "transport/common/parameter_reader.hpp"

#include <cstdint>
#include <string>

namespace eventmgr::transport {

/// Which page of a list is asked for.
struct page_parameters {
  static constexpr std::uint32_t default_limit = 100;
  static constexpr std::uint32_t max_limit = 1000;

  std::string cursor{};  ///< empty: the first
  std::uint32_t limit{default_limit};

  /// Reads `limit` and `cursor`.
  static page_parameters read(parameter_reader& parameters) {
    page_parameters page;
    page.cursor = parameters.text("cursor").value_or("");
    page.limit = static_cast<std::uint32_t>(parameters.number("limit", default_limit, 1, max_limit));
    return page;
  }
};

}  // namespace eventmgr::transport
