#include "broker/router.hpp"

namespace eventmgr {

subscriber_key router::add(std::span<const topic_pattern> patterns, subscriber& who) {
  const subscriber_key key = next_key_++;
  for (const topic_pattern& pattern : patterns) trie_ = trie_.with(pattern, key);
  subscribers_.emplace(key, entry{.who = &who, .patterns = {patterns.begin(), patterns.end()}});
  forget();
  return key;
}

void router::remove(subscriber_key key) {
  const auto found = subscribers_.find(key);
  if (found == subscribers_.end()) return;
  for (const topic_pattern& pattern : found->second.patterns) trie_ = trie_.without(pattern, key);
  subscribers_.erase(found);
  forget();
}

const std::vector<subscriber*>& router::match(const topic_name& topic) {
  const auto found = remembered_.find(topic.str());
  if (found != remembered_.end()) return found->second;

  const auto keys = trie_.match(topic.str());
  if (remembered_.size() >= max_remembered || remembered_matches_ + keys.size() > max_matches) forget();
  std::vector<subscriber*> matched;
  matched.reserve(keys.size());
  for (const subscriber_key key : keys) matched.push_back(subscribers_.at(key).who);
  remembered_matches_ += matched.size();
  return remembered_.emplace(topic.str(), std::move(matched)).first->second;
}

void router::forget() {
  remembered_.clear();
  remembered_matches_ = 0;
}

}  // namespace eventmgr
