#pragma once

#include <string_view>

namespace eventmgr::transport {

/// The text of openapi.json, which is built in. Static storage.
std::string_view openapi_document() noexcept;

}  // namespace eventmgr::transport
