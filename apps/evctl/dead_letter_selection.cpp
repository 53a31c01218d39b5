#include "dead_letter_selection.hpp"

#include "clock_text.hpp"
#include "option_check.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <optional>

namespace eventmgr::evctl {
namespace {

constexpr std::array<const char*, 7> filter_options{"--subscription", "--topic", "--type", "--reason",
                                                    "--fingerprint",  "--since", "--until"};

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>{text};
}

}  // namespace

std::shared_ptr<dead_letter_selection> add_dead_letter_filters(CLI::App& command, bool by_state) {
  auto options = std::make_shared<dead_letter_selection>();
  command.add_option("--subscription", options->subscription, "Only those of this subscription")->type_name("NAME");
  command.add_option("--topic", options->topic, "Only topics that match this pattern")->type_name("PATTERN");
  command.add_option("--type", options->type, "Only events of this type");
  command.add_option("--reason", options->reason, "Only where the reason contains this");
  command.add_option("--fingerprint", options->fingerprint, "Only those that failed alike, as dlq summary names them")
      ->type_name("TEXT");
  command.add_option("--since", options->since, "Failed at or after a time, or so long ago (5m)")
      ->type_name("TIME")
      ->check(moment_value());
  command.add_option("--until", options->until, "Failed before a time, or so long ago")
      ->type_name("TIME")
      ->check(moment_value());
  if (by_state) {
    command.add_option("--state", options->state, "open, delivered, discarded or all")
        ->type_name("NAME")
        ->capture_default_str()
        ->check(one_of({"open", "delivered", "discarded", "all"}));
  }
  return options;
}

result<dead_letter_query> make_query(const dead_letter_selection& options) {
  dead_letter_query query;
  query.state = parse_dead_letter_state(options.state);
  query.subscription = given(options.subscription);
  query.type = given(options.type);
  query.reason = given(options.reason);
  query.fingerprint = given(options.fingerprint);
  if (!options.topic.empty()) {
    auto pattern = topic_pattern::parse(options.topic);
    if (!pattern) return pattern.error();
    query.topic = *std::move(pattern);
  }
  query.since = parse_moment(options.since);
  query.until = parse_moment(options.until);
  return query;
}

std::shared_ptr<dead_letter_choice> add_dead_letter_choice(CLI::App& command) {
  auto choice = std::make_shared<dead_letter_choice>();
  command.add_option("id", choice->ids, "The dead letters' ids")->check(uuid_value());
  command.add_flag("--all", choice->all, "Every open one, or those that the filters leave");
  choice->filters = add_dead_letter_filters(command, false);
  return choice;
}

void check_choice(const CLI::App& command, const dead_letter_choice& choice) {
  if (choice.ids.empty() && !choice.all) throw CLI::RequiredError{"ids or --all"};
  if (!choice.ids.empty() && choice.all) throw CLI::ExcludesError{"id", "--all"};
  if (choice.ids.size() > dead_letter_query::max_ids) {
    throw CLI::ValidationError{"id", "can be given " + std::to_string(dead_letter_query::max_ids) + " times at most"};
  }
  if (choice.ids.empty()) return;
  for (const char* name : filter_options) {
    if (command.get_option(name)->count() > 0) throw CLI::ExcludesError{"id", name};
  }
}

result<dead_letter_query> make_query(const dead_letter_choice& choice) {
  auto query = make_query(*choice.filters);
  if (!query) return query;
  for (const auto& text : choice.ids) query->ids.push_back(option_value(dead_letter_id::parse, text));
  return query;
}

}  // namespace eventmgr::evctl
