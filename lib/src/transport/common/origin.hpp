#pragma once

#include "transport/common/http_message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::transport {

/// Whether an origin is in a list of exact ones, or that has "*".
bool lists_origin(const std::vector<std::string>& allowed, std::string_view origin);

/// Whether a request may do more than read. Browsers send from any page, without asking, what opens a WebSocket, and
/// some of what changes something; with all of it they name the page's origin. It must be the host's own, or allowed;
/// whoever names none is no browser.
bool admits_origin(const header_fields& fields, const std::vector<std::string>& allowed);

}  // namespace eventmgr::transport
