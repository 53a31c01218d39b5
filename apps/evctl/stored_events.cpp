#include "stored_events.hpp"

#include "json_text.hpp"

#include <algorithm>
#include <chrono>

namespace eventmgr::evctl {
namespace {

/// The end of the log: no event that is stored now was received then or later. Nothing if the log is empty.
result<std::optional<time_point>> find_end(session& here) {
  event_query newest;
  newest.limit = 1;
  const auto page = here.client().query(newest);
  if (!page) return page.error();
  if (page->items.empty()) return std::optional<time_point>{};
  const auto received = parse_rfc3339(member_text(page->items.front(), "/receivedAt").value_or(""));
  if (!received) return failure{errc::internal, "the newest event has no time of receipt"};
  return std::optional<time_point>{*received + std::chrono::milliseconds{1}};
}

/// Pages of what one query can select; several patterns are matched here.
result<void> visit_pages_of(event_query query, session& here, const stored_visit& visit) {
  for (;;) {
    const auto page = here.client().query(query);
    if (here.stop().raised()) return {};
    if (!page) return page.error();
    for (const auto& event : page->items) {
      if (!visit(event)) return {};
    }
    if (page->next_cursor.empty()) return {};
    query.cursor = page->next_cursor;
  }
}

result<void> visit_last(const event_query& query, const event_matcher& matcher, std::uint32_t wanted, session& here,
                        const stored_visit& visit) {
  std::vector<std::string> newest;
  auto read = visit_pages_of(query, here, [&](const std::string& event) {
    if (matcher.matches_topic(event) && matcher.passes_filter(event)) newest.push_back(event);
    return newest.size() < wanted;
  });
  if (!read) return read;
  std::ranges::reverse(newest);
  for (const auto& event : newest) {
    if (!visit(event)) break;
  }
  return {};
}

}  // namespace

result<void> visit_stored(const stored_selection& wanted, session& here, const stored_visit& visit) {
  const auto matcher = event_matcher::make(wanted.patterns, wanted.filter);
  if (!matcher) return matcher.error();
  event_query query;
  if (wanted.patterns.size() == 1) query.topic = *topic_pattern::parse(wanted.patterns.front());
  query.since = wanted.since;
  query.until = wanted.until;
  const auto end = find_end(here);
  if (!end) return end.error();
  const std::optional<time_point> last = *end;
  if (!last) return {};
  query.until = std::min(wanted.until.value_or(*last), *last);
  query.limit = event_query::max_limit;
  if (wanted.last > 0) {
    // Where nothing is judged here, no more is read than is wanted.
    if (wanted.patterns.size() < 2 && wanted.filter.empty()) query.limit = std::min(query.limit, wanted.last);
    return visit_last(query, *matcher, wanted.last, here, visit);
  }
  query.order = sort_order::ascending;
  return visit_pages_of(query, here, [&](const std::string& event) {
    return !matcher->matches_topic(event) || !matcher->passes_filter(event) || visit(event);
  });
}

}  // namespace eventmgr::evctl
