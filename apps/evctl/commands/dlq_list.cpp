#include "../clock_text.hpp"
#include "../command.hpp"
#include "../record_pages.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace eventmgr::evctl {
namespace {

struct list_options {
  std::string subscription{};
  std::string topic{};
  std::string type{};
  std::string reason{};
  std::string since{};
  std::string until{};
  std::string state{"open"};
  std::uint64_t limit{100};
  bool all{false};
};

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>{text};
}

result<dead_letter_query> make_query(const list_options& options) {
  dead_letter_query query;
  query.state = parse_dead_letter_state(options.state);
  query.subscription = given(options.subscription);
  query.type = given(options.type);
  query.reason = given(options.reason);
  if (!options.topic.empty()) {
    auto pattern = topic_pattern::parse(options.topic);
    if (!pattern) return pattern.error();
    query.topic = *std::move(pattern);
  }
  if (!options.since.empty()) {
    const auto since = read_moment("--since", options.since);
    if (!since) return since.error();
    query.since = *since;
  }
  if (!options.until.empty()) {
    const auto until = read_moment("--until", options.until);
    if (!until) return until.error();
    query.until = *until;
  }
  return query;
}

exit_code list_dead_letters(const list_options& options, session& here) {
  auto query = make_query(options);
  if (!query) return here.fail(query.error());
  const auto source = [&](const std::string& cursor, std::uint32_t limit) {
    query->cursor = cursor;
    query->limit = limit;
    return here.client().dead_letters().query(*query);
  };
  return print_pages({{"FAILED", "/failedAt"},
                      {"ID", "/id"},
                      {"SUBSCRIPTION", "/subscriptionName"},
                      {"TOPIC", "/event/topic"},
                      {"RETRIES", "/retryCount", column::alignment::right},
                      {"STATE", "/state"},
                      {"REASON", "/failureReason"}},
                     source, options.all ? every_record : options.limit, here);
}

}  // namespace

void add_dlq_list(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<list_options>();
  auto* command = parent.add_subcommand("list", "List dead letters, newest first");
  command->add_option("--subscription", options->subscription, "Only those of this subscription")->type_name("NAME");
  command->add_option("--topic", options->topic, "Only topics that match this pattern")->type_name("PATTERN");
  command->add_option("--type", options->type, "Only events of this type");
  command->add_option("--reason", options->reason, "Only where the reason contains this");
  command->add_option("--since", options->since, "Failed at or after a time, or so long ago (5m)")->type_name("TIME");
  command->add_option("--until", options->until, "Failed before a time, or so long ago")->type_name("TIME");
  command->add_option("--state", options->state, "open, delivered, discarded or all")
      ->type_name("NAME")
      ->capture_default_str()
      ->check(CLI::IsMember({"open", "delivered", "discarded", "all"}));
  auto* limit = command->add_option("--limit", options->limit, "At most so many dead letters")
                    ->type_name("N")
                    ->capture_default_str()
                    ->check(CLI::PositiveNumber);
  command->add_flag("--all", options->all, "Every dead letter that matches")->excludes(limit);
  command->callback(
      [options, &chosen] { chosen = [options](session& here) { return list_dead_letters(*options, here); }; });
}

}  // namespace eventmgr::evctl
