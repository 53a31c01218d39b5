#pragma once

#include "core/filter/condition.hpp"
#include "core/filter/event_document.hpp"
#include "core/filter/glob.hpp"
#include "core/priority_set.hpp"

#include <eventmgr/event.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace eventmgr {

/// A condition on the value at one path.
struct path_condition {
  document_path path;
  condition wanted{};

  friend bool operator==(const path_condition&, const path_condition&) = default;
};

/// What a filter says (DESIGN section 7). Every clause must hold; one that is empty, or false, says nothing.
struct filter_clauses {
  static constexpr std::size_t max_items = 100;  ///< of each list of texts
  static constexpr std::size_t max_paths = 64;   ///< of payload and metadata each

  std::vector<glob> types{};          ///< any of these is the type's
  std::vector<glob> exclude_types{};  ///< none of these is
  std::vector<std::string> sources{};
  priority_set priorities{priority_set::all()};
  std::vector<std::string> tags{};  ///< it has all of these
  std::vector<path_condition> metadata{};
  std::vector<path_condition> payload{};
  bool project_scoped{false};         ///< it has a project id, and not the empty text
  bool user_relevant{false};          ///< so for the user id
  bool session_scoped{false};         ///< so for the session id
  bool exclude_system_events{false};  ///< its type does not begin with `system.`
  bool critical_always{false};        ///< CRITICAL events pass whatever the rest says

  friend bool operator==(const filter_clauses&, const filter_clauses&) = default;
};

/// Which events of its topics a subscription gets. An immutable value; thread-safe.
///
/// It is asked in two steps, so that an event is parsed only where that can change the answer.
class event_filter {
 public:
  enum class verdict : std::uint8_t {
    pass,
    refuse,
    look_inside,  ///< ask `passes` with the event's document
  };

  /// Passes everything.
  event_filter() = default;
  explicit event_filter(filter_clauses clauses);

  bool passes_everything() const noexcept { return !says_something_; }

  /// By what is known of an event without parsing it.
  verdict judge(const event& record) const noexcept;

  /// By its payload and metadata, where `judge` has answered `look_inside`.
  bool passes(const event_document& document) const;

  const filter_clauses& clauses() const noexcept { return clauses_; }

  friend bool operator==(const event_filter& a, const event_filter& b) noexcept { return a.clauses_ == b.clauses_; }

 private:
  bool passes_header(const event& record) const noexcept;

  filter_clauses clauses_{};
  bool says_something_{false};
  bool looks_inside_{false};
  bool needs_metadata_{false};  ///< no event without any metadata can pass
};

}  // namespace eventmgr
