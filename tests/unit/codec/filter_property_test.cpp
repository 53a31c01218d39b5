#include "codec/event_document.hpp"
#include "codec/filter_codec.hpp"
#include "core/filter/filter_refusal.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <random>

namespace eventmgr::codec {
namespace {

using nlohmann::json;

/// The rules of DESIGN section 7, over parsed JSON and without any care for speed.
class naive_filter {
 public:
  explicit naive_filter(const json& filter) : filter_{filter} {}

  bool passes(const event& record) const {
    if (filter_.value("criticalAlways", false) && record.priority == priority::critical) return true;
    const json payload = json::parse(record.payload);
    const json metadata = record.metadata.empty() ? json::object() : json::parse(record.metadata);
    for (const auto& [name, wanted] : filter_.items()) {
      if (!clause_holds(name, wanted, record, payload, metadata)) return false;
    }
    return true;
  }

 private:
  static bool clause_holds(const std::string& name, const json& wanted, const event& record, const json& payload,
                           const json& metadata) {
    const auto among = [&](const json& list, const auto& test) { return std::any_of(list.begin(), list.end(), test); };
    const auto is_type = [&](const json& pattern) { return glob_holds(pattern.get<std::string>(), record.type); };
    if (name == "types") return among(wanted, is_type);
    if (name == "excludeTypes") return !among(wanted, is_type);
    if (name == "sources") return among(wanted, [&](const json& source) { return source == record.source; });
    if (name == "priority") {
      if (wanted.is_string()) return record.priority <= *parse_priority(wanted.get<std::string>());
      return among(wanted, [&](const json& one) { return record.priority == parse_priority(one.get<std::string>()); });
    }
    if (name == "tags") {
      const json tags = metadata.value("tags", json::array());
      return std::all_of(wanted.begin(), wanted.end(),
                         [&](const json& tag) { return std::find(tags.begin(), tags.end(), tag) != tags.end(); });
    }
    if (name == "projectScoped") return !wanted.get<bool>() || metadata.contains("projectId");
    if (name == "excludeSystemEvents") return !wanted.get<bool>() || record.type.rfind("system.", 0) != 0;
    if (name == "criticalAlways") return true;
    const json& document = name == "payload" ? payload : metadata;
    for (const auto& [path, condition] : wanted.items()) {
      if (!condition_holds(condition, find(document, path))) return false;
    }
    return true;
  }

  static bool glob_holds(const std::string& pattern, const std::string& text) {
    if (pattern.empty()) return text.empty();
    if (pattern[0] == '*') {
      return glob_holds(pattern.substr(1), text) || (!text.empty() && glob_holds(pattern, text.substr(1)));
    }
    return !text.empty() && text[0] == pattern[0] && glob_holds(pattern.substr(1), text.substr(1));
  }

  static const json* find(const json& document, std::string path) {
    if (path[0] != '/') {
      std::replace(path.begin(), path.end(), '.', '/');
      path.insert(0, "/");
    }
    const json::json_pointer pointer{path};
    return document.contains(pointer) ? &document.at(pointer) : nullptr;
  }

  static bool condition_holds(const json& condition, const json* value) {
    if (!condition.is_object()) return value != nullptr && is_among(condition, *value);
    for (const auto& [name, operand] : condition.items()) {
      if (!operator_holds(name, operand, value)) return false;
    }
    return true;
  }

  static bool operator_holds(const std::string& name, const json& operand, const json* value) {
    if (name == "exists") return operand.get<bool>() == (value != nullptr);
    if (name == "not") return value == nullptr || !condition_holds(operand, value);
    if (value == nullptr) return false;
    if (name == "anyOf") return is_among(operand, *value);
    if (name == "gt") return value->is_number() && *value > operand;
    if (name == "gte") return value->is_number() && *value >= operand;
    if (name == "lt") return value->is_number() && *value < operand;
    if (name == "lte") return value->is_number() && *value <= operand;
    if (!value->is_string()) return false;
    const auto text = value->get<std::string>();
    const auto other = operand.get<std::string>();
    if (name == "prefix") return text.rfind(other, 0) == 0;
    if (name == "suffix") return text.size() >= other.size() && text.substr(text.size() - other.size()) == other;
    return glob_holds(other, text);
  }

  static bool is_among(const json& wanted, const json& value) {
    if (value.is_structured()) return false;
    if (!wanted.is_array()) return wanted == value;
    return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
  }

  const json& filter_;
};

/// Events and filters that have a good chance of having to do with each other.
class random_json {
 public:
  bool chance(unsigned one_in) { return random_() % one_in == 0; }

  template <class T>
  const T& one_of(const std::vector<T>& list) {
    return list[random_() % list.size()];
  }

  json scalar() {
    static const std::vector<json> values{nullptr, true, false, 0,    1,   2,        -1,  1.5,        2.0,   "",
                                          "a",     "ab", "b",   "ba", "é", "x\n\"y", "1", "a\\b/c\t", 1e300, -0.25};
    return one_of(values);
  }

  json value(int depth) {
    if (depth == 0 || chance(2)) return scalar();
    if (chance(3)) {
      json list = json::array();
      for (std::size_t left = random_() % 4; left > 0; --left) list.push_back(value(depth - 1));
      return list;
    }
    return object(depth - 1);
  }

  json object(int depth) {
    json made = json::object();
    for (std::size_t left = random_() % 5; left > 0; --left) made[one_of(keys)] = value(depth);
    return made;
  }

  event make_event() {
    event made;
    made.type = one_of<std::string>({"a", "a.b", "a.b.c", "system.x", "system"});
    made.source = one_of<std::string>({"one", "two"});
    made.priority = static_cast<priority>(random_() % 4);
    made.payload = object(3).dump();
    if (chance(3)) return made;
    json metadata = object(1);
    if (chance(2)) metadata["tags"] = tags();
    if (chance(2)) metadata["projectId"] = "p";
    made.metadata = metadata.dump();
    return made;
  }

  json filter() {
    json made = json::object();
    const auto types = [&] { return some<json>({"a", "a.*", "*.b", "*", "sys*m.*", "*b*c"}); };
    if (chance(5)) made["types"] = types();
    if (chance(5)) made["excludeTypes"] = types();
    if (chance(6)) made["sources"] = some<json>({"one", "two"});
    if (chance(5)) made["priority"] = chance(2) ? priority_name() : json::array({priority_name(), priority_name()});
    if (chance(6)) made["tags"] = tags();
    if (chance(6)) made["projectScoped"] = true;
    if (chance(6)) made["excludeSystemEvents"] = true;
    if (chance(6)) made["criticalAlways"] = true;
    if (chance(3)) made["metadata"] = conditions(1);
    if (chance(2)) made["payload"] = conditions(3);
    return made;
  }

 private:
  template <class T>
  json some(const std::vector<T>& list) {
    json made = json::array();
    for (std::size_t left = 1 + random_() % 2; left > 0; --left) made.push_back(one_of(list));
    return made;
  }

  json tags() { return some<json>({"red", "blue", "gr\"een"}); }
  json priority_name() { return one_of<json>({"CRITICAL", "HIGH", "NORMAL", "LOW"}); }

  json conditions(int depth) {
    json made = json::object();
    for (std::size_t left = 1 + random_() % 2; left > 0; --left) made[path(depth)] = condition();
    return made;
  }

  std::string path(int depth) {
    std::string made;
    for (std::size_t left = 1 + random_() % static_cast<unsigned>(depth); left > 0; --left) {
      const std::string step = chance(6) ? std::to_string(random_() % 3) : one_of(keys);
      made += '/';
      for (const char c : step) made += c == '/' ? "~1" : std::string(1, c);
    }
    return made;
  }

  json condition() {
    if (chance(3)) return scalar();
    if (chance(4)) return scalars();
    json made = operators();
    if (chance(4)) made["exists"] = chance(2);
    if (chance(3)) made["not"] = chance(2) ? scalars() : operators();
    return made;
  }

  json scalars() { return json::array({scalar(), scalar()}); }

  json operators() {
    static const std::vector<json> numbers{-1, 0, 1, 1.5, 2};
    static const std::vector<json> texts{"", "a", "b", "x"};
    json made = json::object();
    do {
      if (chance(4)) made["anyOf"] = scalars();
      if (chance(4)) made[one_of<std::string>({"gt", "gte"})] = one_of(numbers);
      if (chance(4)) made[one_of<std::string>({"lt", "lte"})] = one_of(numbers);
      if (chance(6)) made["prefix"] = one_of(texts);
      if (chance(6)) made["suffix"] = one_of(texts);
      if (chance(6)) made["glob"] = one_of<json>({"*", "a*", "*b", "*a*", "?"});
    } while (made.empty());
    return made;
  }

  const std::vector<std::string> keys{"a", "b", "c", "k/y", "q\"t", "\xC3\xA9"};
  std::mt19937 random_{20260102};
};

TEST_CASE("a filter passes what the rules say, for any event and filter") {
  random_json make;
  const event_document_reader reader;
  std::size_t passed = 0;
  std::size_t differing = 0;
  constexpr std::size_t rounds = 20000;
  for (std::size_t i = 0; i < rounds; ++i) {
    const json given = make.filter();
    const auto record = std::make_shared<event>(make.make_event());
    CAPTURE(given.dump(), record->type, record->payload, record->metadata);
    const auto filter = parse_filter(given.dump());
    REQUIRE(filter.has_value());

    const auto verdict = filter->judge(*record);
    const bool passes = verdict == event_filter::verdict::look_inside ? filter->passes(*reader.open(record))
                                                                      : verdict == event_filter::verdict::pass;
    passed += passes ? 1 : 0;
    if (passes != naive_filter{given}.passes(*record)) {
      ++differing;
      FAIL_CHECK("passes: " << passes);
    }
    if (find_refusal(*filter, *record, *reader.open(record)).has_value() == passes) FAIL_CHECK("the reason differs");

    const auto again = parse_filter(to_json(*filter));
    REQUIRE(again.has_value());
    if (!(*again == *filter)) FAIL_CHECK("written as " << to_json(*filter));
    REQUIRE(differing < 5);
  }
  // The rounds must have been about something.
  CHECK(passed > rounds / 10);
  CHECK(passed < rounds - rounds / 10);
}

}  // namespace
}  // namespace eventmgr::codec
