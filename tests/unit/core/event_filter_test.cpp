#include "core/filter/event_filter.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace eventmgr {
namespace {

using verdict = event_filter::verdict;

document_path path(std::string_view text) { return document_path::parse(text).value(); }

/// A document that is a table.
class table_document final : public event_document {
 public:
  std::map<std::string, document_value> payload{};
  std::map<std::string, document_value> metadata{};
  std::set<std::string, std::less<>> tags{};

  document_value find(document_part part, const document_path& at, std::string&) const override {
    const auto& values = part == document_part::payload ? payload : metadata;
    const auto found = values.find(to_string(at));
    return found == values.end() ? document_value{absent_value{}} : found->second;
  }
  bool has_tag(std::string_view tag) const override { return tags.contains(tag); }
};

event header(std::string type, priority urgency = priority::normal, std::string source = "test") {
  event made;
  made.type = std::move(type);
  made.source = std::move(source);
  made.priority = urgency;
  made.metadata = R"({"tags":[]})";
  return made;
}

TEST_CASE("a filter without clauses passes everything and looks into nothing") {
  const event_filter open;
  CHECK(open.passes_everything());
  CHECK(open.judge(header("a")) == verdict::pass);
  CHECK(event_filter{filter_clauses{.critical_always = true}}.passes_everything());
}

TEST_CASE("clauses about the header are decided without the document") {
  const auto globs = [](std::initializer_list<std::string_view> texts) {
    std::vector<glob> list;
    for (const std::string_view text : texts) list.push_back(glob::parse(text).value());
    return list;
  };
  struct row {
    filter_clauses clauses;
    event record;
    verdict expected;
  };
  priority_set outer;
  outer.add(priority::critical);
  outer.add(priority::low);
  for (const row& r : {
           row{{.types = globs({"a.*", "b"})}, header("a.x.y"), verdict::pass},
           row{{.types = globs({"a.*", "b"})}, header("b"), verdict::pass},
           row{{.types = globs({"a.*", "b"})}, header("c"), verdict::refuse},
           row{{.exclude_types = globs({"a.*"})}, header("a.x"), verdict::refuse},
           row{{.exclude_types = globs({"a.*"})}, header("b"), verdict::pass},
           row{{.types = globs({"a.*"}), .exclude_types = globs({"*.x"})}, header("a.x"), verdict::refuse},
           row{{.sources = {"one", "two"}}, header("a", priority::normal, "two"), verdict::pass},
           row{{.sources = {"one", "two"}}, header("a", priority::normal, "three"), verdict::refuse},
           row{{.sources = {"one"}}, header("a", priority::normal, "ONE"), verdict::refuse},
           row{{.priorities = priority_set::at_least(priority::high)}, header("a", priority::critical), verdict::pass},
           row{{.priorities = priority_set::at_least(priority::high)}, header("a", priority::high), verdict::pass},
           row{{.priorities = priority_set::at_least(priority::high)}, header("a"), verdict::refuse},
           row{{.priorities = outer}, header("a", priority::low), verdict::pass},
           row{{.priorities = outer}, header("a", priority::high), verdict::refuse},
           row{{.exclude_system_events = true}, header("system.heartbeat"), verdict::refuse},
           row{{.exclude_system_events = true}, header("systematic"), verdict::pass},
           row{{.sources = {"one"}, .critical_always = true}, header("a", priority::critical), verdict::pass},
           row{{.sources = {"one"}, .critical_always = true}, header("a", priority::high), verdict::refuse},
           row{{.sources = {"one"}, .tags = {"t"}}, header("a"), verdict::refuse},
           row{{.tags = {"t"}}, header("a"), verdict::look_inside},
           row{{.tags = {"t"}, .critical_always = true}, header("a", priority::critical), verdict::pass},
       }) {
    CAPTURE(r.record.type, r.record.source, to_string(r.record.priority));
    CHECK(event_filter{r.clauses}.judge(r.record) == r.expected);
  }
}

TEST_CASE("an event without any metadata has no tags and no ids, which needs no look") {
  event bare = header("a");
  bare.metadata.clear();
  CHECK(event_filter{{.tags = {"t"}}}.judge(bare) == verdict::refuse);
  CHECK(event_filter{{.project_scoped = true}}.judge(bare) == verdict::refuse);
  CHECK(event_filter{{.user_relevant = true}}.judge(bare) == verdict::refuse);
  CHECK(event_filter{{.session_scoped = true}}.judge(bare) == verdict::refuse);
  CHECK(event_filter{{.metadata = {{path("x"), {.exists = false}}}}}.judge(bare) == verdict::look_inside);
  CHECK(event_filter{{.tags = {"t"}, .critical_always = true}}.judge(bare) == verdict::refuse);
}

TEST_CASE("clauses about the document must all hold") {
  table_document document;
  document.tags = {"red", "blue"};
  document.metadata = {{"projectId", std::string_view{"p"}}, {"userId", std::string_view{""}}};
  document.payload = {{"cost", json_number::parse("5")}};
  const condition five{.all_of = {is_any_of{{json_number::parse("5")}}}};

  CHECK(event_filter{{.tags = {"red"}}}.passes(document));
  CHECK(event_filter{{.tags = {"blue", "red"}}}.passes(document));
  CHECK_FALSE(event_filter{{.tags = {"red", "green"}}}.passes(document));
  CHECK(event_filter{{.project_scoped = true}}.passes(document));
  CHECK_FALSE(event_filter{{.user_relevant = true}}.passes(document));
  CHECK_FALSE(event_filter{{.session_scoped = true}}.passes(document));
  CHECK(event_filter{{.payload = {{path("cost"), five}}}}.passes(document));
  CHECK_FALSE(event_filter{{.metadata = {{path("cost"), five}}}}.passes(document));
  CHECK_FALSE(event_filter{{.tags = {"green"}, .payload = {{path("cost"), five}}}}.passes(document));
  CHECK_FALSE(event_filter{{.payload = {{path("cost"), five}, {path("other"), five}}}}.passes(document));
}

TEST_CASE("conditions: every operator against every kind of value") {
  const auto number = [](std::string_view text) { return json_number::parse(text); };
  const auto pattern = [](std::string_view text) { return matches_glob{glob::parse(text).value()}; };
  const document_value absent{absent_value{}};
  const document_value null{null_value{}};
  const document_value yes{true};
  const document_value ten{number("10")};
  const document_value word{std::string_view{"hello"}};
  const document_value digits{std::string_view{"10"}};
  const document_value list{container_value{}};
  const std::vector<const document_value*> values{&absent, &null, &yes, &ten, &word, &digits, &list};

  struct row {
    condition wanted;
    std::string_view expected;  ///< for each of the values, in order
  };
  for (const row& r : {
           row{{.exists = true}, "-++++++"},
           row{{.exists = false}, "+------"},
           row{{.all_of = {is_any_of{{null_value{}}}}}, "-+-----"},
           row{{.all_of = {is_any_of{{true}}}}, "--+----"},
           row{{.all_of = {is_any_of{{false}}}}, "-------"},
           row{{.all_of = {is_any_of{{number("10.0")}}}}, "---+---"},
           row{{.all_of = {is_any_of{{std::string{"10"}}}}}, "-----+-"},
           row{{.all_of = {is_any_of{{std::string{"hello"}, true, null_value{}}}}}, "-++-+--"},
           row{{.all_of = {has_prefix{"he"}}}, "----+--"},
           row{{.all_of = {has_suffix{"0"}}}, "-----+-"},
           row{{.all_of = {pattern("*l*")}}, "----+--"},
           row{{.all_of = {pattern("*")}}, "----++-"},
           row{{.all_of = {compares{comparison::greater, number("9")}}}, "---+---"},
           row{{.all_of = {compares{comparison::greater, number("10")}}}, "-------"},
           row{{.all_of = {compares{comparison::greater_or_equal, number("10")}}}, "---+---"},
           row{{.all_of = {compares{comparison::less, number("10")}}}, "-------"},
           row{{.all_of = {compares{comparison::less, number("10.5")}}}, "---+---"},
           row{{.all_of = {compares{comparison::less_or_equal, number("10")}}}, "---+---"},
           row{{.all_of = {has_prefix{"h"}, has_suffix{"o"}}}, "----+--"},
           row{{.all_of = {has_prefix{"h"}, has_suffix{"x"}}}, "-------"},
           row{{.unless = {is_any_of{{number("10"), std::string{"hello"}}}}}, "+++--++"},
           row{{.unless = {has_prefix{"h"}}}, "++++-++"},
           row{{.unless = {has_prefix{"h"}, has_suffix{"x"}}}, "+++++++"},
           row{{.exists = true, .unless = {is_any_of{{null_value{}}}}}, "--+++++"},
           row{{.all_of = {pattern("*")}, .unless = {has_prefix{"h"}}}, "-----+-"},
           row{{.exists = false, .all_of = {pattern("*")}}, "-------"},
       }) {
    std::string given;
    for (const document_value* value : values) given += r.wanted.holds(*value) ? '+' : '-';
    CHECK(given == r.expected);
  }
}

}  // namespace
}  // namespace eventmgr
