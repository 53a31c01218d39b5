#include "codec/condition_reader.hpp"
#include "codec/filter_codec.hpp"
#include "codec/json_compact.hpp"
#include "codec/json_walk.hpp"
#include "codec/metadata.hpp"
#include "codec/problems.hpp"
#include "core/letters.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::uint32_t max_depth = 64;
constexpr std::size_t max_name_bytes = 255;  // as of an event's type and source

enum class clause : std::uint8_t {
  types,
  exclude_types,
  sources,
  priority,
  minimum_priority,
  tags,
  metadata,
  payload,
  project_scoped,
  user_relevant,
  session_scoped,
  exclude_system_events,
  critical_always,
  later,  ///< of the specification's filters, but what it asks for is not done by any filter of this release
};

struct clause_name {
  std::string_view camel;
  std::string_view snake;
  clause which;
};

constexpr std::array clause_names{
    clause_name{"types", "types", clause::types},
    clause_name{"includeTypes", "include_types", clause::types},
    clause_name{"excludeTypes", "exclude_types", clause::exclude_types},
    clause_name{"sources", "sources", clause::sources},
    clause_name{"priority", "priority", clause::priority},
    clause_name{"minimumPriority", "minimum_priority", clause::minimum_priority},
    clause_name{"tags", "tags", clause::tags},
    clause_name{"metadata", "metadata", clause::metadata},
    clause_name{"payload", "payload", clause::payload},
    clause_name{"projectScoped", "project_scoped", clause::project_scoped},
    clause_name{"userRelevant", "user_relevant", clause::user_relevant},
    clause_name{"sessionScoped", "session_scoped", clause::session_scoped},
    clause_name{"excludeSystemEvents", "exclude_system_events", clause::exclude_system_events},
    clause_name{"criticalAlways", "critical_always", clause::critical_always},
    clause_name{"rateLimitPerMinute", "rate_limit_per_minute", clause::later},
    clause_name{"batchingEnabled", "batching_enabled", clause::later},
    clause_name{"userContext", "user_context", clause::later},
    clause_name{"projectContext", "project_context", clause::later}};

const clause_name* find_clause(std::string_view name) noexcept {
  const auto* const found = std::ranges::find_if(
      clause_names, [&](const clause_name& item) { return name == item.camel || name == item.snake; });
  return found == clause_names.end() ? nullptr : found;
}

class filter_reader {
 public:
  filter_clauses read(std::string_view object) {
    std::uint32_t seen = 0;
    member_walker members{object};
    json_member member;
    while (members.next(member)) {
      const std::string name = unescape(member.raw_key);
      const std::string pointer = "/filter" + pointer_to(name);
      const clause_name* const known = find_clause(name);
      if (known == nullptr) {
        fault(pointer, "is not known");
        continue;
      }
      if (known->which == clause::later) {
        fault(pointer, "is not supported by this release");
        continue;
      }
      const std::uint32_t bit = 1U << static_cast<unsigned>(known->which);
      if ((seen & bit) != 0) fault(pointer, "is given more than once");
      seen |= bit;
      read_clause(known->which, member.value, pointer);
    }
    made_.priorities = listed_ & least_;
    if (made_.priorities.empty() && problems_.empty()) {
      fault("/filter/minimumPriority", "leaves none of the priorities of /filter/priority");
    }
    return std::move(made_);
  }

  std::vector<problem>& problems() noexcept { return problems_; }

 private:
  void read_clause(clause which, std::string_view value, const std::string& pointer) {
    switch (which) {
      case clause::types:
        made_.types = globs(value, pointer);
        return refuse_empty(value, pointer);
      case clause::exclude_types:
        made_.exclude_types = globs(value, pointer);
        return;
      case clause::sources:
        made_.sources = texts(value, pointer, max_name_bytes);
        return refuse_empty(value, pointer);
      case clause::tags:
        made_.tags = texts(value, pointer, condition::max_text_bytes);
        return;
      case clause::priority:
        listed_ = value.front() == '[' ? priority_list(value, pointer) : at_least(value, pointer);
        return refuse_empty(value, pointer);
      case clause::minimum_priority:
        least_ = at_least(value, pointer);
        return;
      case clause::metadata:
        made_.metadata = conditions(value, pointer, document_part::metadata);
        return;
      case clause::payload:
        made_.payload = conditions(value, pointer, document_part::payload);
        return;
      case clause::project_scoped:
        made_.project_scoped = flag(value, pointer);
        return;
      case clause::user_relevant:
        made_.user_relevant = flag(value, pointer);
        return;
      case clause::session_scoped:
        made_.session_scoped = flag(value, pointer);
        return;
      case clause::exclude_system_events:
        made_.exclude_system_events = flag(value, pointer);
        return;
      case clause::critical_always:
        made_.critical_always = flag(value, pointer);
        return;
      case clause::later:
        return;
    }
  }

  void refuse_empty(std::string_view list, const std::string& pointer) {
    if (list == "[]") fault(pointer, "must not be empty: nothing would pass");
  }

  /// Calls `take` with each element and its pointer.
  template <class Take>
  void read_list(std::string_view value, const std::string& pointer, std::string_view expected, Take take) {
    if (value.front() != '[') return fault(pointer, std::string{expected});
    element_walker elements{value};
    std::string_view element;
    for (std::size_t i = 0; elements.next(element); ++i) {
      if (i == filter_clauses::max_items) {
        return fault(pointer, "must not have more than " + std::to_string(filter_clauses::max_items) + " items");
      }
      take(element, pointer + '/' + std::to_string(i));
    }
  }

  std::vector<std::string> texts(std::string_view value, const std::string& pointer, std::size_t max_bytes) {
    std::vector<std::string> list;
    read_list(value, pointer, "must be a list of strings", [&](std::string_view element, const std::string& place) {
      auto text = string_value(element);
      if (!text || text->empty() || text->size() > max_bytes) {
        return fault(place, "must be a string of 1 to " + std::to_string(max_bytes) + " bytes");
      }
      list.push_back(std::move(*text));
    });
    return list;
  }

  std::vector<glob> globs(std::string_view value, const std::string& pointer) {
    std::vector<glob> list;
    for (const std::string& text : texts(value, pointer, max_name_bytes)) {
      if (auto pattern = glob::parse(text)) list.push_back(std::move(*pattern));
    }
    return list;
  }

  std::optional<priority> one_priority(std::string_view value) {
    const auto text = string_value(value);
    return parse_priority(text ? std::string_view{*text} : value);
  }

  priority_set at_least(std::string_view value, const std::string& pointer) {
    if (const auto least = one_priority(value)) return priority_set::at_least(*least);
    fault(pointer, "must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3");
    return priority_set::all();
  }

  priority_set priority_list(std::string_view value, const std::string& pointer) {
    priority_set list;
    read_list(value, pointer, {}, [&](std::string_view element, const std::string& place) {
      const auto one = one_priority(element);
      if (!one) return fault(place, "must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3");
      list.add(*one);
    });
    return list;
  }

  bool flag(std::string_view value, const std::string& pointer) {
    if (value != "true" && value != "false") fault(pointer, "must be true or false");
    return value == "true";
  }

  std::vector<path_condition> conditions(std::string_view value, const std::string& pointer, document_part part) {
    std::vector<path_condition> list;
    if (value.front() != '{') {
      fault(pointer, "must be an object of paths and conditions");
      return list;
    }
    member_walker members{value};
    json_member member;
    while (members.next(member)) {
      if (list.size() == filter_clauses::max_paths) {
        fault(pointer, "must not have more than " + std::to_string(filter_clauses::max_paths) + " paths");
        break;
      }
      const std::string name = unescape(member.raw_key);
      const std::string place = pointer + pointer_to(name);
      condition wanted = read_condition(member.value, place, problems_);
      auto path = document_path::parse(name);
      if (!path) {
        fault(place, path.error().message);
        continue;
      }
      if (part == document_part::metadata) {
        *path = path->with_first_step(std::string{camel_metadata_name(path->steps().front())});
      }
      if (std::ranges::find(list, *path, &path_condition::path) != list.end()) {
        fault(place, "names the same value as another path of this clause");
      }
      list.push_back({.path = std::move(*path), .wanted = std::move(wanted)});
    }
    return list;
  }

  void fault(std::string pointer, std::string message) {
    report_problem(problems_, std::move(pointer), std::move(message));
  }

  filter_clauses made_;
  priority_set listed_{priority_set::all()};
  priority_set least_{priority_set::all()};
  std::vector<problem> problems_;
};

failure invalid_filter(std::string message) { return invalid_request("the filter", {{"/filter", std::move(message)}}); }

}  // namespace

result<event_filter> parse_filter(std::string_view json) {
  if (json.size() > max_filter_bytes) {
    return invalid_filter("must not have more than " + std::to_string(max_filter_bytes / 1024) + " KiB");
  }
  if (!is_utf8(json)) return failure{errc::malformed_json, "the filter is not valid UTF-8"};
  std::string compact;
  const json_report report = append_compact(compact, json, max_depth);
  if (report.fault == json_fault::malformed) {
    return failure{errc::malformed_json, "the filter is not valid JSON: byte " + std::to_string(report.at + 1)};
  }
  if (report.fault == json_fault::too_deep) return invalid_filter("is nested too deeply");
  if (compact.front() != '{') return invalid_filter("must be an object");
  if (report.has_nul) return invalid_filter("must not hold U+0000");

  filter_reader reader;
  filter_clauses clauses = reader.read(compact);
  if (!reader.problems().empty()) return invalid_request("the filter", std::move(reader.problems()));
  return event_filter{std::move(clauses)};
}

}  // namespace eventmgr::codec
