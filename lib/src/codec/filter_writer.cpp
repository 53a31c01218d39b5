#include "codec/filter_codec.hpp"
#include "codec/json_writer.hpp"
#include "codec/object_writer.hpp"
#include "codec/problems.hpp"

#include <array>
#include <span>

namespace eventmgr::codec {
namespace {

template <class Item, class Append>
void append_list(std::string& out, std::span<const Item> items, Append append) {
  out += '[';
  for (const Item& item : items) {
    if (&item != &items.front()) out += ',';
    append(item);
  }
  out += ']';
}

void append_flag(object_writer& object, std::string_view name, bool value) {
  if (value) object.key(name) += "true";
}

void append_texts(std::string& out, std::span<const std::string> texts) {
  append_list(out, texts, [&](const std::string& text) { append_json_string(out, text); });
}

void append_texts(object_writer& object, std::string_view name, std::span<const std::string> texts) {
  if (!texts.empty()) append_texts(object.key(name), texts);
}

void append_globs(std::string& out, std::span<const glob> globs) {
  append_list(out, globs, [&](const glob& pattern) { append_json_string(out, pattern.str()); });
}

void append_globs(object_writer& object, std::string_view name, std::span<const glob> globs) {
  if (!globs.empty()) append_globs(object.key(name), globs);
}

void append_priorities(std::string& out, priority_set wanted) {
  constexpr std::array all{priority::critical, priority::high, priority::normal, priority::low};
  std::vector<priority> list;
  for (const priority one : all) {
    if (wanted == priority_set::at_least(one)) return append_json_string(out, to_string(one));
    if (wanted.has(one)) list.push_back(one);
  }
  append_list<priority>(out, list, [&](priority one) { append_json_string(out, to_string(one)); });
}

void append_scalar(std::string& out, const filter_scalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return append_json_string(out, *text);
  if (const auto* number = std::get_if<json_number>(&value)) {
    out += to_string(*number);
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    out += *truth ? "true" : "false";
  } else {
    out += "null";
  }
}

void append_values(std::string& out, std::span<const filter_scalar> values) {
  append_list(out, values, [&](const filter_scalar& value) { append_scalar(out, value); });
}

std::string_view name_of(comparison how) noexcept {
  switch (how) {
    case comparison::greater:
      return "gt";
    case comparison::greater_or_equal:
      return "gte";
    case comparison::less:
      return "lt";
    case comparison::less_or_equal:
      break;
  }
  return "lte";
}

/// Writes what assertions say, each as a member.
class assertion_writer {
 public:
  explicit assertion_writer(object_writer& object) : object_{object} {}

  void operator()(const is_any_of& said) const { append_values(object_.key("anyOf"), said.values); }
  void operator()(const has_prefix& said) const { append_json_string(object_.key("prefix"), said.text); }
  void operator()(const has_suffix& said) const { append_json_string(object_.key("suffix"), said.text); }
  void operator()(const matches_glob& said) const { append_json_string(object_.key("glob"), said.pattern.str()); }
  void operator()(const compares& said) const { object_.key(name_of(said.how)) += to_string(said.bound); }

 private:
  object_writer& object_;
};

/// The short form of what is only a list of alternatives. False, with nothing written, if it is anything else.
bool append_alternatives(std::string& out, std::span<const assertion> said) {
  if (said.size() != 1) return false;
  const auto* const listed = std::get_if<is_any_of>(&said.front());
  if (listed == nullptr) return false;
  if (listed->values.size() == 1) {
    append_scalar(out, listed->values.front());
  } else {
    append_values(out, listed->values);
  }
  return true;
}

void append_condition(std::string& out, const condition& wanted) {
  if (!wanted.exists && wanted.unless.empty() && append_alternatives(out, wanted.all_of)) return;
  object_writer object{out};
  if (wanted.exists) object.key("exists") += *wanted.exists ? "true" : "false";
  for (const assertion& said : wanted.all_of) std::visit(assertion_writer{object}, said);
  if (!wanted.unless.empty()) {
    object.key("not");
    if (!append_alternatives(out, wanted.unless)) {
      object_writer negated{out};
      for (const assertion& said : wanted.unless) std::visit(assertion_writer{negated}, said);
      negated.end();
    }
  }
  object.end();
}

void append_conditions(object_writer& object, std::string_view name, std::span<const path_condition> conditions) {
  if (conditions.empty()) return;
  object_writer paths{object.key(name)};
  for (const path_condition& item : conditions) append_condition(paths.key(to_string(item.path)), item.wanted);
  paths.end();
}

}  // namespace

std::string to_json(const event_filter& filter) {
  const filter_clauses& clauses = filter.clauses();
  std::string out;
  object_writer object{out};
  append_globs(object, "types", clauses.types);
  append_globs(object, "excludeTypes", clauses.exclude_types);
  append_texts(object, "sources", clauses.sources);
  if (clauses.priorities != priority_set::all()) append_priorities(object.key("priority"), clauses.priorities);
  append_texts(object, "tags", clauses.tags);
  append_conditions(object, "metadata", clauses.metadata);
  append_conditions(object, "payload", clauses.payload);
  append_flag(object, "projectScoped", clauses.project_scoped);
  append_flag(object, "userRelevant", clauses.user_relevant);
  append_flag(object, "sessionScoped", clauses.session_scoped);
  append_flag(object, "excludeSystemEvents", clauses.exclude_system_events);
  append_flag(object, "criticalAlways", clauses.critical_always);
  object.end();
  return out;
}

void append_clause(std::string& out, const filter_clauses& clauses, filter_clause which, std::size_t item) {
  switch (which) {
    case filter_clause::priority:
      return append_priorities(out, clauses.priorities);
    case filter_clause::sources:
      return append_texts(out, clauses.sources);
    case filter_clause::types:
      return append_globs(out, clauses.types);
    case filter_clause::exclude_types:
      return append_globs(out, clauses.exclude_types);
    case filter_clause::tags:
      return append_json_string(out, clauses.tags[item]);
    case filter_clause::metadata:
      return append_condition(out, clauses.metadata[item].wanted);
    case filter_clause::payload:
      return append_condition(out, clauses.payload[item].wanted);
    case filter_clause::exclude_system_events:
    case filter_clause::project_scoped:
    case filter_clause::user_relevant:
    case filter_clause::session_scoped:
      out += "true";
      return;
  }
}

std::string to_json(const found_value& found) {
  constexpr std::size_t longest_text = 256;
  std::string out;
  if (const auto* text = std::get_if<std::string>(&found)) {
    const std::string_view shown = cut(*text, longest_text);
    append_json_string(out, shown.size() < text->size() ? std::string{shown} + "\u2026" : *text);
  } else if (const auto* number = std::get_if<json_number>(&found)) {
    // What no double holds has no spelling of its own.
    out = number->is_finite() ? to_string(*number) : "null";
  } else if (const auto* truth = std::get_if<bool>(&found)) {
    out = *truth ? "true" : "false";
  } else if (std::holds_alternative<null_value>(found)) {
    out = "null";
  } else if (std::holds_alternative<container_value>(found)) {
    out = R"("an object or a list")";
  }
  return out;
}

}  // namespace eventmgr::codec
