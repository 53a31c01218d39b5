#include "store/sqlite/match_stream.hpp"

#include "store/sqlite/access_path.hpp"
#include "store/sqlite/key_list.hpp"
#include "store/sqlite/topic_directory.hpp"
#include "store/sqlite/topic_merge.hpp"

#include <algorithm>

namespace eventmgr::sqlite {
namespace {

class no_matches final : public match_stream {
 public:
  std::optional<offset> next() override { return std::nullopt; }
};

/// Matches that one SQL statement gives.
class statement_matches final : public match_stream {
 public:
  statement_matches(reader& from, const match_request& request)
      : topics_{request.topics.everything ? std::string{} : key_list(request.topics.keys)},
        rows_{from.database(), sql_for(request)} {
    rows_.bind(1, offset{request.range.first});
    rows_.bind(2, offset{request.range.last});
    if (request.query.correlation_id) rows_.bind(3, request.query.correlation_id->value);
    if (!request.topics.everything) rows_.bind(4, std::string_view{topics_});
    request.filter.bind(rows_);
  }

  std::optional<offset> next() override {
    // Stepping beyond the end would start the statement again.
    ended_ = ended_ || !rows_.step();
    if (ended_) return std::nullopt;
    return offset{static_cast<std::uint64_t>(rows_.integer(0))};
  }

 private:
  static std::string sql_for(const match_request& request) {
    std::string sql = "SELECT seq FROM events ";
    sql += request.query.correlation_id ? "INDEXED BY events_by_correlation WHERE correlation_id = ?3 AND "
                                        : "NOT INDEXED WHERE ";
    sql += "seq BETWEEN ?1 AND ?2";
    if (!request.topics.everything) sql += " AND topic IN (SELECT value FROM json_each(?4))";
    sql += request.filter.sql();
    sql += request.query.order == sort_order::ascending ? " ORDER BY seq ASC" : " ORDER BY seq DESC";
    return sql;
  }

  const std::string topics_;
  statement rows_;
  bool ended_{false};
};

std::vector<std::int64_t> priorities_of(const event_query& query) {
  if (query.priority) return {static_cast<std::int64_t>(*query.priority)};
  return {0, 1, 2, 3};
}

/// Whether the topic index alone decides.
bool only_topic_and_priority(const event_query& query) {
  return !query.type && !query.source && !query.project_id && !query.user_id && !query.tag;
}

/// Matches found by the index of topics, each checked against the rest of the filter.
class topic_matches final : public match_stream {
 public:
  topic_matches(reader& from, const match_request& request)
      : merge_{from, request.topics.keys, priorities_of(request.query), request.range, request.query.order} {
    if (!only_topic_and_priority(request.query)) {
      check_.emplace(from.database(), "SELECT 1 FROM events WHERE seq = ?1" + request.filter.sql());
      request.filter.bind(*check_);
    }
  }

  std::optional<offset> next() override {
    while (true) {
      if (at_ == chunk_.size() && !refill()) return std::nullopt;
      const offset candidate{chunk_[at_++]};
      if (!check_ || passes(*check_, candidate)) return candidate;
    }
  }

 private:
  static constexpr std::size_t first_chunk = 256;
  static constexpr std::size_t largest_chunk = 8192;

  bool refill() {
    chunk_ = merge_.next(chunk_size_);
    chunk_size_ = std::min(2 * chunk_size_, largest_chunk);
    at_ = 0;
    return !chunk_.empty();
  }

  static bool passes(statement& check, offset candidate) {
    check.bind(1, candidate);
    const scoped_run row{check};
    return check.step();
  }

  topic_merge merge_;
  std::optional<statement> check_;
  std::vector<std::uint64_t> chunk_;
  std::size_t at_{0};
  std::size_t chunk_size_{first_chunk};
};

bool topic_index_pays(const match_request& request) {
  const event_query& query = request.query;
  if (query.correlation_id) return false;
  if (request.topics.everything && !query.priority) return false;
  search_size size;
  size.stretch = request.range.size();
  size.stored = request.stored;
  // Priorities other than the usual one are rare.
  size.matching =
      query.priority && *query.priority != priority::normal ? request.topics.events / 8 : request.topics.events;
  size.streams = request.topics.keys.size() * (query.priority ? 1 : 4);
  size.wanted = request.wanted;
  return prefers_topic_index(size);
}

}  // namespace

std::unique_ptr<match_stream> open_matches(reader& from, const match_request& request) {
  if (request.range.empty()) return std::make_unique<no_matches>();
  if (topic_index_pays(request)) return std::make_unique<topic_matches>(from, request);
  return std::make_unique<statement_matches>(from, request);
}

}  // namespace eventmgr::sqlite
