#include "broker/topic_trie.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace eventmgr {

struct topic_trie::node {
  std::vector<std::pair<std::string, node_ptr>> literals{};  ///< by level, ascending
  node_ptr any_one{};                                        ///< `*`
  node_ptr any_run{};                                        ///< `#`
  std::vector<subscriber_key> keys{};                        ///< of patterns that end here, ascending
  bool is_run{false};                                        ///< this node is somebody's `any_run`

  bool is_empty() const noexcept { return literals.empty() && !any_one && !any_run && keys.empty(); }
};

namespace {

using node = topic_trie::node;
using node_ptr = std::shared_ptr<const node>;
using levels_view = std::span<const std::string>;

auto literal_at(auto& literals, std::string_view level) {
  return std::ranges::lower_bound(literals, level, {},
                                  [](const auto& entry) -> std::string_view { return entry.first; });
}

node_ptr find_child(const node& parent, const std::string& level) {
  if (level == "*") return parent.any_one;
  if (level == "#") return parent.any_run;
  const auto found = literal_at(parent.literals, level);
  return found != parent.literals.end() && found->first == level ? found->second : nullptr;
}

void set_child(node& parent, const std::string& level, node_ptr child) {
  if (level == "*") {
    parent.any_one = std::move(child);
  } else if (level == "#") {
    parent.any_run = std::move(child);
  } else {
    const auto found = literal_at(parent.literals, level);
    const bool present = found != parent.literals.end() && found->first == level;
    if (present && child) {
      found->second = std::move(child);
    } else if (present) {
      parent.literals.erase(found);
    } else if (child) {
      parent.literals.emplace(found, level, std::move(child));
    }
  }
}

// Recursion is bounded by `topic_name::max_levels`.
node_ptr insert(const node_ptr& old, levels_view rest, subscriber_key key, bool is_run) {
  auto copy = old ? std::make_shared<node>(*old) : std::make_shared<node>();
  copy->is_run = is_run;
  if (rest.empty()) {
    const auto place = std::ranges::lower_bound(copy->keys, key);
    if (place == copy->keys.end() || *place != key) copy->keys.insert(place, key);
  } else {
    const std::string& level = rest.front();
    set_child(*copy, level, insert(find_child(*copy, level), rest.subspan(1), key, level == "#"));
  }
  return copy;
}

node_ptr remove(const node_ptr& old, levels_view rest, subscriber_key key) {
  if (!old) return nullptr;
  auto copy = std::make_shared<node>(*old);
  if (rest.empty()) {
    std::erase(copy->keys, key);
  } else {
    set_child(*copy, rest.front(), remove(find_child(*copy, rest.front()), rest.subspan(1), key));
  }
  return copy->is_empty() ? nullptr : copy;
}

// `#` also stands for no level at all: to stand on a node is to stand on its `#` child too.
void enter(std::vector<const node*>& reached, const node* at) {
  reached.push_back(at);
  if (at->any_run) reached.push_back(at->any_run.get());
}

std::vector<const node*> step(const std::vector<const node*>& reached, std::string_view level) {
  std::vector<const node*> next;
  for (const node* at : reached) {
    if (at->is_run) enter(next, at);
    if (at->any_one) enter(next, at->any_one.get());
    const auto found = literal_at(at->literals, level);
    if (found != at->literals.end() && found->first == level) enter(next, found->second.get());
  }
  std::ranges::sort(next);
  const auto repeated = std::ranges::unique(next);
  next.erase(repeated.begin(), repeated.end());
  return next;
}

}  // namespace

topic_trie::topic_trie() : root_{std::make_shared<node>()} {}

topic_trie topic_trie::with(const topic_pattern& pattern, subscriber_key key) const {
  return topic_trie{insert(root_, pattern.levels(), key, false)};
}

topic_trie topic_trie::without(const topic_pattern& pattern, subscriber_key key) const {
  auto root = remove(root_, pattern.levels(), key);
  return root ? topic_trie{std::move(root)} : topic_trie{};
}

std::vector<subscriber_key> topic_trie::match(std::string_view topic) const {
  std::vector<const node*> reached;
  enter(reached, root_.get());
  for (std::size_t begin = 0; begin <= topic.size() && !reached.empty();) {
    const std::size_t end = std::min(topic.find('/', begin), topic.size());
    reached = step(reached, topic.substr(begin, end - begin));
    begin = end + 1;
  }
  std::vector<subscriber_key> keys;
  for (const node* at : reached) keys.insert(keys.end(), at->keys.begin(), at->keys.end());
  std::ranges::sort(keys);
  const auto repeated = std::ranges::unique(keys);
  keys.erase(repeated.begin(), repeated.end());
  return keys;
}

}  // namespace eventmgr
