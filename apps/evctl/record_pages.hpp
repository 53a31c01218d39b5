#pragma once

#include "printer.hpp"
#include "session.hpp"

#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace eventmgr::evctl {

/// One page of records, from a cursor (empty: the first), of at most so many.
using page_source = std::function<result<client::json_page>(const std::string& cursor, std::uint32_t limit)>;

/// Calls `visit` with each record of every page, at most `wanted` of them; `page_end` after each page.
result<void> visit_pages(
    const page_source& source, std::uint64_t wanted, const std::function<void(const std::string& json)>& visit,
    const std::function<void()>& page_end = [] {});

inline constexpr std::uint64_t every_record = std::numeric_limits<std::uint64_t>::max();

/// Prints the records of every page as one list.
exit_code print_pages(std::vector<column> columns, const page_source& source, std::uint64_t wanted, session& here);

/// The pages of all topics that the daemon knows, and of all durable subscriptions, by name.
page_source topic_pages(session& here);
page_source subscription_pages(session& here);

}  // namespace eventmgr::evctl
