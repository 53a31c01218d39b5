#include "topic_pages.hpp"

namespace eventmgr::evctl {

result<void> visit_topics(session& here, const std::function<void(const std::string& json)>& visit,
                          const std::function<void()>& page_end) {
  std::string cursor;
  do {
    const auto page = here.client().list_topics(cursor);
    if (!page) return page.error();
    for (const auto& topic : page->items) visit(topic);
    page_end();
    cursor = page->next_cursor;
  } while (!cursor.empty());
  return {};
}

}  // namespace eventmgr::evctl
