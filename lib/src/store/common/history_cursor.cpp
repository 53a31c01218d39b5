#include "store/common/history_cursor.hpp"

#include "store/common/fingerprint.hpp"
#include "store/common/page_cursor.hpp"

#include <array>
#include <string_view>

namespace eventmgr {
namespace {

constexpr std::string_view cursor_tag = "h1";

std::uint64_t fingerprint_of(const event_query& query) noexcept {
  fingerprint print;
  print.add(query.topic);
  print.add(query.type);
  print.add(query.source);
  print.add(query.since);
  print.add(query.until);
  print.add(query.correlation_id);
  print.add(query.project_id);
  print.add(query.user_id);
  print.add(query.tag);
  print.add(query.priority);
  print.add(query.order);
  return print.value();
}

}  // namespace

std::string make_history_cursor(const event_query& query, const history_place& last) {
  const std::array<std::uint64_t, 3> place{static_cast<std::uint64_t>(last.received_at.time_since_epoch().count()),
                                           last.partition.value, last.seq.value};
  return make_page_cursor(cursor_tag, fingerprint_of(query), place);
}

result<std::optional<history_place>> check_history_query(const event_query& query) {
  if (const auto limit = check_page_limit(query.limit, event_query::max_limit); !limit) return limit.error();
  if (query.cursor.empty()) return std::optional<history_place>{};
  if (query.skip != 0) return bad_parameter("/offset", "cannot be given beside cursor");

  std::array<std::uint64_t, 3> place{};
  if (const auto read = read_page_cursor(query.cursor, cursor_tag, fingerprint_of(query), place); !read)
    return read.error();
  return std::optional{history_place{time_point{std::chrono::milliseconds{static_cast<std::int64_t>(place[0])}},
                                     partition_id{static_cast<std::uint16_t>(place[1])}, offset{place[2]}}};
}

}  // namespace eventmgr
