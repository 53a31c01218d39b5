#include "store/sqlite/history_query.hpp"

#include "core/page_budget.hpp"
#include "store/sqlite/failure.hpp"
#include "store/sqlite/match_stream.hpp"
#include "store/sqlite/topic_directory.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace eventmgr::sqlite {
namespace {

using clock = std::chrono::steady_clock;

offset_range time_range(reader& from, const event_query& query, offset head) {
  offset_range range{1, head.value};
  if (query.since) range.first = from.first_received_at(*query.since, range);
  if (query.until) range.last = from.first_received_at(*query.until, range) - 1;
  return range;
}

offset_range beyond(offset_range range, const event_query& query, const std::optional<history_place>& after) {
  if (!after) return range;
  if (query.order == sort_order::ascending) {
    range.first = std::max(range.first, after->seq.value + 1);
  } else {
    range.last = std::min(range.last, after->seq.value - 1);
  }
  return range;
}

/// Whether another match follows. One that could not be found in time may: the next page will tell.
bool has_another(match_stream& matches, std::uint64_t& counted) {
  try {
    if (!matches.next()) return false;
    ++counted;
  } catch (const sqlite_failure& cause) {
    if (cause.code() != SQLITE_INTERRUPT) throw;
  }
  return true;
}

/// Goes on counting until the limit, the end, or the time is over; false in the last case.
bool count_on(match_stream& matches, std::uint64_t& counted) {
  try {
    while (counted <= event_query::count_limit && matches.next()) ++counted;
    return true;
  } catch (const sqlite_failure& cause) {
    if (cause.code() != SQLITE_INTERRUPT) throw;
    return false;
  }
}

void set_total(event_page& page, std::uint64_t counted, bool counted_all) {
  page.total = std::min<std::uint64_t>(counted, event_query::count_limit);
  page.total_is_exact = counted_all && counted <= event_query::count_limit;
}

}  // namespace

event_page query_history(reader& from, const event_query& query, const history_context& context) {
  event_page page;
  const history_filter filter{from, query};
  if (filter.impossible() || context.topics.keys.empty()) return page;

  const offset_range range = time_range(from, query, context.head);
  match_request request{query,
                        filter,
                        context.topics,
                        beyond(range, query, context.after),
                        context.head.value,
                        query.skip + event_query::count_limit};
  auto matches = open_matches(from, request);
  std::uint64_t counted = 0;
  while (counted < query.skip && matches->next()) ++counted;
  page_budget left{query.limit};
  while (!left.spent() && counted >= query.skip) {
    const auto found = matches->next();
    if (!found) break;
    ++counted;
    auto record = from.at(*found);
    if (!record) continue;
    left.take(*record);
    page.events.push_back(std::move(*record));
  }
  if (left.spent() && has_another(*matches, counted)) {
    page.has_more = true;
    const event& last = page.events.back();
    page.next_cursor = make_history_cursor(query, {last.received_at, last.partition, last.seq});
  }

  if (filter.empty() && context.topics.everything && !query.correlation_id) {
    set_total(page, range.size(), true);
    return page;
  }
  from.database().set_deadline(std::min(context.deadline, clock::now() + context.count_budget));
  if (context.after) {
    request.range = range;
    matches = open_matches(from, request);
    counted = 0;
  }
  const bool counted_all = count_on(*matches, counted);
  set_total(page, counted, counted_all);
  return page;
}

}  // namespace eventmgr::sqlite
