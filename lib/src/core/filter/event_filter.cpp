#include "core/filter/event_filter.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {
namespace {

constexpr std::string_view system_types = "system.";

bool any_matches(const std::vector<glob>& patterns, std::string_view type) noexcept {
  return std::ranges::any_of(patterns, [&](const glob& pattern) { return pattern.matches(type); });
}

const document_path& known_path(std::string_view name) {
  static const document_path project = document_path::parse("projectId").value();
  static const document_path user = document_path::parse("userId").value();
  static const document_path session = document_path::parse("sessionId").value();
  if (name == "projectId") return project;
  return name == "userId" ? user : session;
}

bool has_id(const event_document& document, std::string_view name, std::string& scratch) {
  const document_value found = document.find(document_part::metadata, known_path(name), scratch);
  const auto* const text = std::get_if<std::string_view>(&found);
  return text != nullptr && !text->empty();
}

bool all_hold(const std::vector<path_condition>& conditions, document_part part, const event_document& document,
              std::string& scratch) {
  return std::ranges::all_of(conditions, [&](const path_condition& item) {
    return item.wanted.holds(document.find(part, item.path, scratch));
  });
}

}  // namespace

event_filter::event_filter(filter_clauses clauses) : clauses_{std::move(clauses)} {
  needs_metadata_ =
      !clauses_.tags.empty() || clauses_.project_scoped || clauses_.user_relevant || clauses_.session_scoped;
  looks_inside_ = needs_metadata_ || !clauses_.metadata.empty() || !clauses_.payload.empty();
  says_something_ = looks_inside_ || !clauses_.types.empty() || !clauses_.exclude_types.empty() ||
                    !clauses_.sources.empty() || clauses_.priorities != priority_set::all() ||
                    clauses_.exclude_system_events;
}

event_filter::verdict event_filter::judge(const event& record) const noexcept {
  if (!says_something_) return verdict::pass;
  if (clauses_.critical_always && record.priority == priority::critical) return verdict::pass;
  if (!passes_header(record)) return verdict::refuse;
  if (needs_metadata_ && record.metadata.empty()) return verdict::refuse;
  return looks_inside_ ? verdict::look_inside : verdict::pass;
}

bool event_filter::passes_header(const event& record) const noexcept {
  if (!clauses_.priorities.has(record.priority)) return false;
  if (clauses_.exclude_system_events && record.type.starts_with(system_types)) return false;
  if (!clauses_.sources.empty() && std::ranges::find(clauses_.sources, record.source) == clauses_.sources.end()) {
    return false;
  }
  if (!clauses_.types.empty() && !any_matches(clauses_.types, record.type)) return false;
  return !any_matches(clauses_.exclude_types, record.type);
}

bool event_filter::passes(const event_document& document) const {
  std::string scratch;
  if (clauses_.project_scoped && !has_id(document, "projectId", scratch)) return false;
  if (clauses_.user_relevant && !has_id(document, "userId", scratch)) return false;
  if (clauses_.session_scoped && !has_id(document, "sessionId", scratch)) return false;
  if (!std::ranges::all_of(clauses_.tags, [&](const std::string& tag) { return document.has_tag(tag); })) return false;
  return all_hold(clauses_.metadata, document_part::metadata, document, scratch) &&
         all_hold(clauses_.payload, document_part::payload, document, scratch);
}

}  // namespace eventmgr
