#pragma once

#include <eventmgr/topic_info.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace eventmgr::sqlite {

/// A topic that a commit has made.
struct new_topic {
  std::int64_t key{};
  topic_name name{};
};

/// A topic's row.
struct topic_row {
  std::int64_t key{};
  topic_info info{};
  bool unsaved{false};  ///< its count in the file is older
};

/// The topics that patterns name.
struct topic_selection {
  std::shared_ptr<const std::vector<std::int64_t>> owner{};  ///< of `keys`
  std::span<const std::int64_t> keys{};                      ///< in ascending order
  std::uint64_t events{0};                                   ///< on these topics, about now
  bool everything{false};                                    ///< no event is on another topic
};

/// Every topic of the store in memory, with the number of its events: what was committed, never what may yet be rolled
/// back. About 300 bytes a topic. Thread-safe; changed by the writer only.
class topic_directory {
 public:
  /// Takes the place of all that was known.
  void load(std::vector<topic_row> rows);

  /// *Writer.* The key of a topic; 0 if it has none.
  std::int64_t key_of(const topic_name& topic) const;

  /// *Writer.* The largest key.
  std::int64_t last_key() const;

  /// *Writer.* What a commit did: the topics that it made, then one more event received at `at` for each of
  /// `event_topics`.
  void apply(std::span<const new_topic> topics, std::span<const std::int64_t> event_topics, time_point at);

  /// *Writer.* Takes over a declaration, or its end.
  void declare(std::int64_t key, const topic_declaration& declaration, time_point declared_at);
  void undeclare(std::int64_t key);

  /// *Writer.* Topics whose counts have changed since they were last marked as saved.
  std::vector<topic_row> unsaved() const;
  void mark_saved();

  topic_name name_of(std::int64_t key) const;
  std::optional<topic_info> find(const topic_name& topic) const;
  topic_page list(std::string_view cursor, std::uint32_t limit) const;

  /// The topics with events that match any of the patterns. Without patterns: all.
  topic_selection select(std::span<const topic_pattern> patterns) const;

 private:
  struct entry {
    std::int64_t key{};
    topic_info info{};
    bool unsaved{false};
  };
  struct memo {
    std::string patterns{};
    std::shared_ptr<const std::vector<std::int64_t>> keys{};
    std::int64_t checked_through{0};
    std::uint64_t events{0};      ///< on these topics when they were last counted
    std::uint64_t counted_at{0};  ///< events in the store then
  };

  memo& memo_of(std::span<const topic_pattern> patterns) const;
  void extend(memo& matching, std::span<const topic_pattern> patterns) const;
  void count(memo& matching) const;
  entry& add(std::int64_t key, const topic_name& name);
  void count_visibility(const entry& of, bool was_visible) noexcept;
  static bool visible(const entry& topic) noexcept { return topic.info.declared || topic.info.event_count > 0; }

  mutable std::shared_mutex mutex_;
  std::map<std::string, entry, std::less<>> by_name_;
  std::unordered_map<std::string_view, entry*> by_hash_;  ///< the keys live in `by_name_`
  std::vector<entry*> by_key_;                            ///< at key - 1; null where there is none
  std::vector<entry*> unsaved_;
  std::uint64_t visible_{0};
  std::uint64_t events_{0};

  mutable std::mutex memo_mutex_;
  mutable std::vector<memo> memos_;  ///< the most recently used last
};

}  // namespace eventmgr::sqlite
