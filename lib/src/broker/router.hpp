#pragma once

#include "broker/topic_trie.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace eventmgr {

class shared_event;

/// Whoever takes part in the live flow. Called on the core's thread.
class subscriber {
 public:
  virtual ~subscriber() = default;

  /// An event on a topic that one of its patterns matches, in offset order. Must be cheap, and must not change the
  /// router.
  virtual void on_event(const shared_event& entry) = 0;
};

/// Which subscribers an event goes to. Matching is remembered by topic until a subscription changes, so that in a
/// steady state an event costs one look-up whatever the patterns are. Used on the core's thread; `patterns()` may be
/// handed to others, it never changes.
class router {
 public:
  /// `who` must stay alive until it is removed.
  subscriber_key add(std::span<const topic_pattern> patterns, subscriber& who);

  /// Removing an absent key is not an error.
  void remove(subscriber_key key);

  /// Valid until the next change, or the next call.
  const std::vector<subscriber*>& match(const topic_name& topic);

  /// How many subscribers `match` would find. Remembers nothing: a list of topics may have any number.
  std::size_t count(const topic_name& topic) const { return trie_.match(topic.str()).size(); }

  /// Topics whose matches are remembered. For tests.
  std::size_t remembered() const noexcept { return remembered_.size(); }

  std::size_t subscriber_count() const noexcept { return subscribers_.size(); }
  topic_trie patterns() const { return trie_; }

 private:
  struct entry {
    subscriber* who{};
    std::vector<topic_pattern> patterns{};
  };

  // Many more topics than this, and forgetting them now and then costs less than the memory.
  static constexpr std::size_t max_remembered = 65536;
  // And than so many subscribers of all of them: 8 MiB of pointers.
  static constexpr std::size_t max_matches = 1U << 20U;

  void forget();

  topic_trie trie_;
  std::unordered_map<subscriber_key, entry> subscribers_;
  std::unordered_map<std::string, std::vector<subscriber*>> remembered_;
  std::size_t remembered_matches_{0};
  subscriber_key next_key_{1};
};

}  // namespace eventmgr
