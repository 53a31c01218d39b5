#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/time.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace eventmgr {

/// An event's place in the log.
struct log_place {
  partition_id partition{};
  offset seq{};

  friend auto operator<=>(const log_place&, const log_place&) = default;
};

/// An event that must wait: for its next attempt, or behind its ordering key.
struct exception_entry {
  log_place place{};
  priority lane{priority::critical};
  std::uint32_t attempts{0};  ///< failed so far; 0: only held back
  time_point due{};           ///< of its next attempt; not looked at while it is held back
  std::string ordering{};     ///< the topic or key whose order it keeps; empty: none

  friend bool operator==(const exception_entry&, const exception_entry&) = default;
};

/// The exceptions of one subscription. Of the entries of one ordering key the oldest is the *head*: it alone is tried,
/// the others are held back behind it, in the order of their places.
class exception_table {
 public:
  static constexpr std::size_t max_entries = 10000;

  bool full() const noexcept { return entries_.size() >= max_entries; }
  std::size_t size() const noexcept { return entries_.size(); }

  /// Adds an entry, or replaces the one of that place; it is not in flight then.
  void put(exception_entry entry);

  /// Takes an entry out. If it was the head of its key, the next one of the key becomes it, due at once if it has no
  /// attempts yet. False: there is none.
  bool erase(log_place place);

  const exception_entry* find(log_place place) const noexcept;

  /// Whether events of this topic or key must wait.
  bool holds(std::string_view ordering) const noexcept;

  /// The entry whose attempt is due at `now` for the longest time; it is in flight until it is put or erased, or given
  /// back. Null when none is due.
  const exception_entry* take_due(time_point now);

  /// An entry that was taken comes back as it was.
  void give_back(log_place place);

  /// When the next entry that is not in flight becomes due.
  std::optional<time_point> next_due() const noexcept;

  /// Every entry, by place.
  const std::map<log_place, exception_entry>& entries() const noexcept { return entries_; }

  void clear();

 private:
  struct waiting {
    time_point due{};
    log_place place{};

    friend auto operator<=>(const waiting&, const waiting&) = default;
  };

  bool is_head(const exception_entry& entry) const noexcept;
  void queue(const exception_entry& entry);
  void unqueue(const exception_entry& entry);
  void leave_key(const std::string& ordering, log_place place);

  std::map<log_place, exception_entry> entries_{};
  std::set<waiting> due_{};          ///< entries that may be tried, but for those in flight
  std::set<log_place> in_flight_{};  ///< taken by `take_due`
  std::map<std::string, std::set<log_place>, std::less<>> keys_{};
};

}  // namespace eventmgr
