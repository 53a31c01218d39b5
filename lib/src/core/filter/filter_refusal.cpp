#include "core/filter/filter_refusal.hpp"

#include "core/name_table.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace eventmgr {
namespace {

constexpr name_table<filter_clause, 11> clause_names{{"priority", "excludeSystemEvents", "sources", "types",
                                                      "excludeTypes", "projectScoped", "userRelevant", "sessionScoped",
                                                      "tags", "metadata", "payload"}};

constexpr std::string_view system_types = "system.";

found_value keep(const document_value& value) {
  return std::visit(
      [](const auto& given) -> found_value {
        if constexpr (std::is_same_v<std::decay_t<decltype(given)>, std::string_view>) {
          return std::string{given};
        } else {
          return given;
        }
      },
      value);
}

bool any_matches(const std::vector<glob>& patterns, std::string_view type) noexcept {
  return std::ranges::any_of(patterns, [&](const glob& pattern) { return pattern.matches(type); });
}

/// Asks the clauses one after the other, each of which answers by itself.
class refusal_finder {
 public:
  refusal_finder(const filter_clauses& clauses, const event& record, const event_document& document)
      : clauses_{clauses}, record_{record}, document_{document} {}

  std::optional<filter_refusal> find() {
    if (clauses_.critical_always && record_.priority == priority::critical) return std::nullopt;
    if (auto why = ask_header()) return why;
    if (auto why = ask_ids()) return why;
    for (std::size_t i = 0; i < clauses_.tags.size(); ++i) {
      if (!document_.has_tag(clauses_.tags[i])) return filter_refusal{.clause = filter_clause::tags, .item = i};
    }
    if (auto why = ask_paths(filter_clause::metadata, document_part::metadata, clauses_.metadata)) return why;
    return ask_paths(filter_clause::payload, document_part::payload, clauses_.payload);
  }

 private:
  std::optional<filter_refusal> ask_header() const {
    const auto refuse = [](filter_clause clause, std::string found) {
      return filter_refusal{.clause = clause, .found = std::move(found)};
    };
    if (!clauses_.priorities.has(record_.priority)) {
      return refuse(filter_clause::priority, std::string{to_string(record_.priority)});
    }
    if (clauses_.exclude_system_events && record_.type.starts_with(system_types)) {
      return refuse(filter_clause::exclude_system_events, record_.type);
    }
    if (!clauses_.sources.empty() && std::ranges::find(clauses_.sources, record_.source) == clauses_.sources.end()) {
      return refuse(filter_clause::sources, record_.source);
    }
    if (!clauses_.types.empty() && !any_matches(clauses_.types, record_.type)) {
      return refuse(filter_clause::types, record_.type);
    }
    if (any_matches(clauses_.exclude_types, record_.type)) return refuse(filter_clause::exclude_types, record_.type);
    return std::nullopt;
  }

  std::optional<filter_refusal> ask_ids() {
    struct scope {
      bool asked;
      filter_clause clause;
      std::string_view member;
    };
    for (const scope& each : {scope{clauses_.project_scoped, filter_clause::project_scoped, "projectId"},
                              scope{clauses_.user_relevant, filter_clause::user_relevant, "userId"},
                              scope{clauses_.session_scoped, filter_clause::session_scoped, "sessionId"}}) {
      if (!each.asked) continue;
      const document_value given =
          document_.find(document_part::metadata, document_path::parse(each.member).value(), scratch_);
      const auto* const text = std::get_if<std::string_view>(&given);
      if (text == nullptr || text->empty()) return filter_refusal{.clause = each.clause, .found = keep(given)};
    }
    return std::nullopt;
  }

  std::optional<filter_refusal> ask_paths(filter_clause clause, document_part part,
                                          const std::vector<path_condition>& conditions) {
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      const document_value given = document_.find(part, conditions[i].path, scratch_);
      if (!conditions[i].wanted.holds(given)) return filter_refusal{.clause = clause, .item = i, .found = keep(given)};
    }
    return std::nullopt;
  }

  const filter_clauses& clauses_;
  const event& record_;
  const event_document& document_;
  std::string scratch_;
};

}  // namespace

std::string_view to_string(filter_clause value) noexcept { return clause_names.name_of(value); }

std::optional<filter_refusal> find_refusal(const event_filter& filter, const event& record,
                                           const event_document& document) {
  return refusal_finder{filter.clauses(), record, document}.find();
}

}  // namespace eventmgr
