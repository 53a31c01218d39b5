#pragma once

#include "session.hpp"

#include <functional>
#include <string>

namespace eventmgr::evctl {

/// Calls `visit` with each topic that the daemon knows, by name, as JSON; `page_end` after each page.
result<void> visit_topics(
    session& here, const std::function<void(const std::string& json)>& visit,
    const std::function<void()>& page_end = [] {});

}  // namespace eventmgr::evctl
