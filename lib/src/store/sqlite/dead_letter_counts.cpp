#include "store/sqlite/dead_letter_counts.hpp"

#include "store/common/dead_letter_summariser.hpp"
#include "store/sqlite/column_values.hpp"
#include "store/sqlite/dead_letter_filter.hpp"
#include "store/sqlite/reader.hpp"

#include <string>

namespace eventmgr::sqlite {

dead_letter_summary summarise_dead_letters(reader& from, const dead_letter_query& query,
                                           const dead_letter_context& context) {
  const dead_letter_filter filter{query, context.topics, context.head};
  // Sorting, for which SQLite goes to a temporary file with what is much, is quicker than reading the rows in the order
  // of the index of fingerprints: by time they lie side by side, and so do their events.
  const bool by_time = query.state && query.ids.empty();
  statement rows{from.database(), filter.select("d.fingerprint, d.failed_at, d.id, d.subscription_name, "
                                                "(SELECT name FROM topics WHERE key = e.topic)",
                                                true, by_time ? "INDEXED BY dead_letters_by_time" : "") +
                                      " ORDER BY +d.fingerprint"};
  filter.bind(rows);
  dead_letter_summariser summary;
  while (rows.step()) {
    summary.add(rows.text(0), {time_of(rows.integer(1)), {rows.id(2)}}, rows.text(3), rows.text(4));
  }
  statement reason{from.database(), "SELECT reason FROM dead_letter_events WHERE id = ?1"};
  return summary.finish([&](dead_letter_id id) {
    reason.bind(1, id.value);
    const scoped_run found{reason};
    return reason.step() ? std::string{reason.text(0)} : std::string{};
  });
}

std::vector<dead_letter_count> count_dead_letters(reader& from, const dead_letter_query& query,
                                                  const dead_letter_context& context) {
  const dead_letter_filter filter{query, context.topics, context.head};
  statement rows{from.database(), filter.select("d.subscription, count(*), min(d.failed_at), max(d.failed_at)", false) +
                                      " GROUP BY d.subscription ORDER BY d.subscription"};
  filter.bind(rows);
  std::vector<dead_letter_count> counts;
  while (rows.step()) {
    counts.push_back({{rows.id(0)}, count_in(rows, 1), time_of(rows.integer(2)), time_of(rows.integer(3))});
  }
  return counts;
}

}  // namespace eventmgr::sqlite
