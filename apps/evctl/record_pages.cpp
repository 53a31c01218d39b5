#include "record_pages.hpp"

#include <algorithm>

namespace eventmgr::evctl {
namespace {

constexpr std::uint32_t page_limit = 1000;

}  // namespace

result<void> visit_pages(const page_source& source, std::uint64_t wanted,
                         const std::function<void(const std::string& json)>& visit,
                         const std::function<void()>& page_end) {
  std::string cursor;
  do {
    const auto page = source(cursor, static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, page_limit)));
    if (!page) return page.error();
    for (const auto& record : page->items) visit(record);
    page_end();
    wanted -= std::min<std::uint64_t>(wanted, page->items.size());
    cursor = page->next_cursor;
  } while (!cursor.empty() && wanted > 0);
  return {};
}

exit_code print_pages(std::vector<column> columns, const page_source& source, std::uint64_t wanted, session& here) {
  auto& out = here.output();
  out.begin_list(std::move(columns));
  const auto listed = visit_pages(
      source, wanted, [&](const std::string& record) { out.item(record); }, [&] { out.flush_rows(); });
  if (!listed) return here.fail(listed.error());
  out.end_list();
  return exit_code::done;
}

page_source topic_pages(session& here) {
  return [&here](const std::string& cursor, std::uint32_t limit) { return here.client().list_topics(cursor, limit); };
}

page_source subscription_pages(session& here) {
  return [&here](const std::string& cursor, std::uint32_t limit) {
    return here.client().subscriptions().list(cursor, limit);
  };
}

}  // namespace eventmgr::evctl
