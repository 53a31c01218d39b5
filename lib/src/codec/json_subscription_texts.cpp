#include "codec/json_subscription_texts.hpp"

#include "codec/definition_reader.hpp"
#include "codec/definition_writer.hpp"
#include "codec/filter_codec.hpp"
#include "codec/json_compact.hpp"
#include "codec/value_reader.hpp"
#include "core/topic_levels.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace eventmgr::codec {
namespace {

constexpr std::uint32_t stored_depth = 128;  // what a later release may nest

/// In one spelling where this release can read it.
std::string canonical_filter(std::string_view json) {
  if (json.empty()) return "{}";
  const auto filter = parse_filter(json);
  return filter ? to_json(*filter) : std::string{json};
}

enum class matching_member : std::uint8_t { topics, filter, priority };
constexpr name_table<matching_member, 3> matching_names{{"topics", "filter", "priority"}};

std::vector<topic_pattern> read_patterns(value_reader& values, std::string_view list, const std::string& pointer) {
  std::vector<topic_pattern> made;
  values.elements(list, pointer, SIZE_MAX, "must be a list", [&](std::string_view element, const std::string& place) {
    const std::string text = string_value(element).value_or(std::string{});
    auto pattern = topic_pattern::parse(text);
    if (!pattern) return values.fault(place, std::string{fault_of_levels(text, wildcards::allowed)});
    made.push_back(std::move(*pattern));
  });
  return made;
}

}  // namespace

std::string json_subscription_texts::store(const subscription_definition& definition) const {
  std::string out;
  object_writer object{out};
  write_definition(object, definition, definition_form::stored);
  object.end();
  return out;
}

result<subscription_definition> json_subscription_texts::load(std::string_view text) const {
  const auto compact = compact_object(text, stored_depth);
  if (!compact) return compact.error();
  const definition_defaults defaults;
  definition_reader reader{definition_source::store, defaults};
  reader.read(*compact);
  return reader.finish();
}

std::string json_subscription_texts::matching(const subscription_definition& definition) const {
  std::vector<std::string_view> topics;
  topics.reserve(definition.topics.size());
  for (const topic_pattern& topic : definition.topics) topics.emplace_back(topic.str());
  std::ranges::sort(topics);
  topics.erase(std::unique(topics.begin(), topics.end()), topics.end());

  std::string out;
  object_writer object{out};
  object.key("topics") += '[';
  for (const std::string_view topic : topics) {
    if (out.back() != '[') out += ',';
    append_json_string(out, topic);
  }
  out += ']';
  object.key("filter") += canonical_filter(definition.filter);
  object.text("priority", to_string(definition.options.least_priority));
  object.end();
  return out;
}

result<subscription_texts::matching_parts> json_subscription_texts::read_matching(std::string_view text) const {
  const auto compact = compact_object(text, stored_depth);
  if (!compact) return compact.error();
  std::vector<problem> problems;
  value_reader values{problems};
  matching_parts made;
  values.members(
      *compact, "", matching_names, [&](matching_member which, std::string_view value, const std::string& pointer) {
        if (which == matching_member::topics) {
          made.topics = read_patterns(values, value, pointer);
        } else if (which == matching_member::priority) {
          made.least = values.choice(value, pointer, parse_priority, "must be a priority").value_or(made.least);
        } else if (auto filter = parse_filter(value)) {
          made.filter = std::move(*filter);
        } else {
          values.fault(pointer, filter.error().message);
        }
      });
  if (problems.empty() && made.topics.empty()) values.fault("/topics", "is required");
  if (!problems.empty()) return invalid_request("what is kept of a subscription", std::move(problems));
  return made;
}

subscription_texts::refusal_text json_subscription_texts::describe(const event_filter& filter,
                                                                   const filter_refusal& why) const {
  refusal_text text{.clause = std::string{to_string(why.clause)}, .found = to_json(why.found)};
  append_clause(text.wanted, filter.clauses(), why.clause, why.item);
  if (why.clause == filter_clause::payload) text.path = to_string(filter.clauses().payload[why.item].path);
  if (why.clause == filter_clause::metadata) text.path = to_string(filter.clauses().metadata[why.item].path);
  return text;
}

result<event_filter> json_subscription_texts::filter(std::string_view json) const {
  if (json.empty()) return event_filter{};
  auto read = parse_filter(json);
  if (read) return read;
  constexpr std::string_view root = "/filter";
  failure why = read.error();
  for (problem& fault : why.details) {
    if (fault.pointer.starts_with(root)) fault.pointer.erase(0, root.size());
  }
  return why;
}

}  // namespace eventmgr::codec
