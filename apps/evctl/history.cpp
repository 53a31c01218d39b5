#include "history.hpp"

#include "clock_text.hpp"
#include "event_line.hpp"
#include "option_check.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace eventmgr::evctl {
namespace {

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>{text};
}

result<event_query> make_query(const history_options& options) {
  event_query query;
  query.type = given(options.type);
  query.source = given(options.source);
  query.project_id = given(options.project);
  query.user_id = given(options.user);
  query.tag = given(options.tag);
  query.order = options.order == "asc" ? sort_order::ascending : sort_order::descending;
  if (!options.topic.empty()) {
    auto pattern = topic_pattern::parse(options.topic);
    if (!pattern) return pattern.error();
    query.topic = *std::move(pattern);
  }
  query.since = parse_moment(options.since);
  query.until = parse_moment(options.until);
  query.correlation_id = event_id::parse(options.correlation_id);
  query.priority = parse_priority(options.priority);
  return query;
}

}  // namespace

std::shared_ptr<history_options> add_history_options(CLI::App& command) {
  auto options = std::make_shared<history_options>();
  command.add_option("--type", options->type, "Only events of this type");
  command.add_option("--source", options->source, "Only events from this source");
  command.add_option("--since", options->since, "Received at or after a time, or so long ago (5m)")
      ->type_name("TIME")
      ->check(moment_value());
  command.add_option("--until", options->until, "Received before a time, or so long ago")
      ->type_name("TIME")
      ->check(moment_value());
  command.add_option("--correlation-id", options->correlation_id, "Only events of this request")
      ->type_name("UUID")
      ->check(uuid_value());
  command.add_option("--project", options->project, "Only events of this project")->type_name("ID");
  command.add_option("--user", options->user, "Only events of this user")->type_name("ID");
  command.add_option("--tag", options->tag, "Only events with this tag");
  command.add_option("--priority", options->priority, "Only events of this priority")
      ->type_name("NAME")
      ->check(priority_value());
  command.add_option("--order", options->order, "desc (newest first) or asc")
      ->capture_default_str()
      ->check(one_of({"asc", "desc"}));
  auto* limit = command.add_option("--limit", options->limit, "At most so many events")
                    ->type_name("N")
                    ->capture_default_str()
                    ->check(positive_number());
  command.add_flag("--all", options->all, "Every event that matches")->excludes(limit);
  return options;
}

exit_code print_history(const history_options& options, session& here) {
  auto query = make_query(options);
  if (!query) return here.fail(query.error());
  auto left = options.all ? std::numeric_limits<std::uint64_t>::max() : options.limit;
  auto& out = here.output();
  out.begin_list(event_columns());
  for (;;) {
    query->limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, event_query::max_limit));
    const auto page = here.client().query(*query);
    if (!page) return here.fail(page.error());
    for (const auto& event : page->items) out.item(event);
    out.flush_rows();
    left -= std::min<std::uint64_t>(left, page->items.size());
    if (left == 0 || page->next_cursor.empty()) break;
    query->cursor = page->next_cursor;
  }
  out.end_list();
  return exit_code::done;
}

}  // namespace eventmgr::evctl
