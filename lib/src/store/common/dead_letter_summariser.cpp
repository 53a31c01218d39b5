#include "store/common/dead_letter_summariser.hpp"

#include "core/delivery/failure_fingerprint.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace eventmgr {
namespace {

void count(std::map<std::string, std::uint64_t, std::less<>>& in, std::string_view name) {
  const auto found = in.find(name);
  if (found != in.end()) {
    ++found->second;
  } else {
    in.emplace(name, 1);
  }
}

/// The most frequent first, those of one count by name.
std::vector<dead_letter_group::part> most_frequent(const std::map<std::string, std::uint64_t, std::less<>>& counts) {
  std::vector<dead_letter_group::part> parts;
  parts.reserve(counts.size());
  for (const auto& [name, number] : counts) parts.push_back({name, number});
  std::ranges::stable_sort(parts, std::ranges::greater{}, &dead_letter_group::part::count);
  if (parts.size() > dead_letter_group::max_names) parts.resize(dead_letter_group::max_names);
  return parts;
}

/// The largest first, then that which failed last.
bool comes_before(const dead_letter_group& a, const dead_letter_group& b) {
  return std::tie(b.count, b.newest, a.fingerprint) < std::tie(a.count, a.newest, b.fingerprint);
}

}  // namespace

void dead_letter_summariser::add(std::string_view fingerprint, const dead_letter_place& place,
                                 std::string_view subscription, std::string_view topic) {
  if (group_.count > 0 && group_.fingerprint != fingerprint) end_group();
  if (group_.count == 0) {
    group_.fingerprint = fingerprint;
    group_.oldest = place.failed_at;
  }
  ++made_.total;
  ++group_.count;
  group_.oldest = std::min(group_.oldest, place.failed_at);
  if (place >= dead_letter_place{group_.newest, group_.newest_id}) {
    group_.newest = place.failed_at;
    group_.newest_id = place.id;
  }
  count(subscriptions_, subscription);
  count(topics_, topic);
}

void dead_letter_summariser::end_group() {
  group_.subscriptions = most_frequent(subscriptions_);
  group_.topics = most_frequent(topics_);
  made_.groups.push_back(std::exchange(group_, {}));
  subscriptions_.clear();
  topics_.clear();
  if (made_.groups.size() == 2 * dead_letter_summary::max_groups) keep_largest();
}

void dead_letter_summariser::keep_largest() {
  std::ranges::sort(made_.groups, comes_before);
  if (made_.groups.size() > dead_letter_summary::max_groups) made_.groups.resize(dead_letter_summary::max_groups);
}

dead_letter_summary dead_letter_summariser::finish(const std::function<std::string(dead_letter_id)>& reason_of) {
  if (group_.count > 0) end_group();
  keep_largest();
  for (dead_letter_group& group : made_.groups) {
    group.example = reason_of(group.newest_id);
    group.reason = failure_kind(group.example);
  }
  return std::move(made_);
}

}  // namespace eventmgr
