#include "store/memory/query_match.hpp"

#include <algorithm>

namespace eventmgr {
namespace {

bool metadata_matches(const event_query& query, const event& candidate) {
  if (!query.project_id && !query.user_id && !query.tag) return true;
  if (candidate.metadata.empty()) return false;
  const auto known = parse_metadata(candidate.metadata);
  if (!known) return false;
  if (query.project_id && known->project_id != query.project_id) return false;
  if (query.user_id && known->user_id != query.user_id) return false;
  return !query.tag || std::ranges::find(known->tags, *query.tag) != known->tags.end();
}

}  // namespace

bool matches(const event_query& query, const event& candidate) {
  if (query.since && candidate.received_at < *query.since) return false;
  if (query.until && candidate.received_at >= *query.until) return false;
  if (query.priority && candidate.priority != *query.priority) return false;
  if (query.type && candidate.type != *query.type) return false;
  if (query.source && candidate.source != *query.source) return false;
  if (query.correlation_id && candidate.correlation_id != query.correlation_id) return false;
  if (query.topic && !query.topic->matches(candidate.topic)) return false;
  return metadata_matches(query, candidate);
}

}  // namespace eventmgr
