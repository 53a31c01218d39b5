#pragma once

#include <eventmgr/topic.hpp>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace eventmgr {

/// Stands for whoever is to be told of a match.
using subscriber_key = std::uint64_t;

/// Patterns by topic level, as an immutable value: a change gives a new trie that shares all untouched nodes with the
/// old one, which those who still read it keep. Thread-safe to read.
///
/// Matching walks the set of nodes that the levels so far can have reached, so its cost is bounded by levels times
/// nodes reached, however many `#` there are; nothing is tried twice.
class topic_trie {
 public:
  struct node;

  topic_trie();

  /// With `key` under `pattern`. Adding it again under the same pattern changes nothing.
  [[nodiscard]] topic_trie with(const topic_pattern& pattern, subscriber_key key) const;

  /// Without it. Removing what is absent changes nothing. Empty branches are cut.
  [[nodiscard]] topic_trie without(const topic_pattern& pattern, subscriber_key key) const;

  /// The keys of all patterns that match, ascending, each once.
  std::vector<subscriber_key> match(std::string_view topic) const;

 private:
  using node_ptr = std::shared_ptr<const node>;

  explicit topic_trie(node_ptr root) : root_{std::move(root)} {}

  node_ptr root_;
};

}  // namespace eventmgr
