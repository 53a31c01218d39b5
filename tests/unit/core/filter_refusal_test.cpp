#include "core/filter/filter_refusal.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace eventmgr {
namespace {

document_path path(std::string_view text) { return document_path::parse(text).value(); }

std::vector<glob> globs(std::initializer_list<std::string_view> texts) {
  std::vector<glob> list;
  for (const std::string_view text : texts) list.push_back(glob::parse(text).value());
  return list;
}

class table_document final : public event_document {
 public:
  document_value find(document_part part, const document_path& at, std::string&) const override {
    static const std::map<std::string, document_value> payload{{"cost", json_number::parse("5")},
                                                               {"name", std::string_view{"beam"}},
                                                               {"none", null_value{}},
                                                               {"list", container_value{}}};
    static const std::map<std::string, document_value> metadata{{"projectId", std::string_view{"p"}},
                                                                {"userId", std::string_view{}}};
    const auto& values = part == document_part::payload ? payload : metadata;
    const auto found = values.find(to_string(at));
    return found == values.end() ? document_value{absent_value{}} : found->second;
  }
  bool has_tag(std::string_view tag) const override { return tag == "red"; }
};

event made() {
  event record;
  record.type = "project.created";
  record.source = "api";
  record.priority = priority::high;
  record.metadata = R"({"tags":["red"],"projectId":"p","userId":""})";
  return record;
}

std::string shown(const found_value& found) {
  struct {
    std::string operator()(absent_value) const { return "absent"; }
    std::string operator()(null_value) const { return "null"; }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(const json_number& value) const { return to_string(value); }
    std::string operator()(const std::string& value) const { return "'" + value + "'"; }
    std::string operator()(container_value) const { return "container"; }
  } const write;
  return std::visit(write, found);
}

TEST_CASE("the clause that refuses an event is named, with its item and what was found") {
  const condition ten{.all_of = {is_any_of{{json_number::parse("10")}}}};
  const condition five{.all_of = {is_any_of{{json_number::parse("5")}}}};
  struct row {
    filter_clauses clauses;
    std::string clause;  ///< empty: it passes
    std::size_t item;
    std::string found;
  };
  for (const row& r : {
           row{{}, "", 0, ""},
           row{{.types = globs({"project.*"})}, "", 0, ""},
           row{{.priorities = priority_set::at_least(priority::critical)}, "priority", 0, "'HIGH'"},
           row{{.types = globs({"order.*", "x"})}, "types", 0, "'project.created'"},
           row{{.exclude_types = globs({"*.created"})}, "excludeTypes", 0, "'project.created'"},
           row{{.sources = {"one", "two"}}, "sources", 0, "'api'"},
           row{{.tags = {"red", "blue"}}, "tags", 1, "absent"},
           row{{.project_scoped = true}, "", 0, ""},
           row{{.user_relevant = true}, "userRelevant", 0, "''"},
           row{{.session_scoped = true}, "sessionScoped", 0, "absent"},
           row{{.payload = {{path("cost"), five}, {path("cost"), ten}}}, "payload", 1, "5"},
           row{{.payload = {{path("missing"), ten}}}, "payload", 0, "absent"},
           row{{.payload = {{path("none"), ten}}}, "payload", 0, "null"},
           row{{.payload = {{path("list"), ten}}}, "payload", 0, "container"},
           row{{.payload = {{path("name"), ten}}}, "payload", 0, "'beam'"},
           row{{.metadata = {{path("projectId"), ten}}}, "metadata", 0, "'p'"},
           // What is judged first is named, whatever else does not hold.
           row{{.sources = {"one"}, .tags = {"blue"}, .payload = {{path("cost"), ten}}}, "sources", 0, "'api'"},
           row{{.tags = {"blue"}, .metadata = {{path("x"), ten}}}, "tags", 0, "absent"},
       }) {
    CAPTURE(r.clause, r.found);
    const event_filter filter{r.clauses};
    const table_document document;

    const auto why = find_refusal(filter, made(), document);

    CHECK(why.has_value() == !r.clause.empty());
    if (!why) continue;
    CHECK(to_string(why->clause) == r.clause);
    CHECK(why->item == r.item);
    CHECK(shown(why->found) == r.found);
    const auto verdict = filter.judge(made());
    CHECK((verdict == event_filter::verdict::refuse || !filter.passes(document)));
  }
}

TEST_CASE("a system event is refused where they are excluded; a critical one passes where those always do") {
  event record = made();
  record.type = "system.heartbeat";
  const auto why = find_refusal(event_filter{{.exclude_system_events = true}}, record, table_document{});
  REQUIRE(why);
  CHECK(why->clause == filter_clause::exclude_system_events);

  record.priority = priority::critical;
  CHECK_FALSE(
      find_refusal(event_filter{{.exclude_system_events = true, .critical_always = true}}, record, table_document{}));
}

}  // namespace
}  // namespace eventmgr
