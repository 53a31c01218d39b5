#pragma once

#include <eventmgr/query.hpp>

#include <compare>
#include <optional>
#include <string>

namespace eventmgr {

/// An event's place in history: by receipt, ties by partition and offset.
struct history_place {
  time_point received_at{};
  partition_id partition{};
  offset seq{};

  friend auto operator<=>(const history_place&, const history_place&) = default;
};

/// The text of a cursor behind `last`, the last event of a page. It carries a fingerprint of the query's clauses and
/// order (not of `limit` or `skip`), so that a cursor cannot be used with another query by mistake.
std::string make_history_cursor(const event_query& query, const history_place& last);

/// What a query's `cursor` stands for; nullopt where it has none. Fails with `invalid_request` where the text is no
/// cursor of this query, and where `limit` or `skip` is out of its range.
result<std::optional<history_place>> check_history_query(const event_query& query);

}  // namespace eventmgr
