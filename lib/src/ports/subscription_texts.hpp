#pragma once

#include "core/filter/event_filter.hpp"
#include "core/filter/filter_refusal.hpp"

#include <eventmgr/subscription.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// Writes subscriptions down for the store, and reads them again. Thread-safe.
class subscription_texts {
 public:
  virtual ~subscription_texts() = default;

  /// Everything of a definition, secrets included.
  virtual std::string store(const subscription_definition& definition) const = 0;

  /// Reads what `store` wrote, also by an older release.
  virtual result<subscription_definition> load(std::string_view text) const = 0;

  /// Of a definition, what decides which events match: topics, filter and minimum priority, in one spelling.
  virtual std::string matching(const subscription_definition& definition) const = 0;

  /// What `matching` wrote down.
  struct matching_parts {
    std::vector<topic_pattern> topics{};
    event_filter filter{};
    priority least{priority::low};
  };
  /// Reads what `matching` wrote, also by an older release.
  virtual result<matching_parts> read_matching(std::string_view text) const = 0;

  /// What a clause wanted and what it found, for people and programs.
  struct refusal_text {
    std::string clause{};  ///< as the filter spells it
    std::string path{};    ///< of `payload` and `metadata`
    std::string wanted{};  ///< JSON: what the clause says, of one with items the item that does not hold
    std::string found{};   ///< JSON; empty: nothing was there
  };
  virtual refusal_text describe(const event_filter& filter, const filter_refusal& why) const = 0;

  /// Compiles a definition's filter; empty text passes everything. Pointers begin at the filter's root.
  virtual result<event_filter> filter(std::string_view json) const = 0;
};

}  // namespace eventmgr
