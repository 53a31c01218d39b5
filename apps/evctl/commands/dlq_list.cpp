#include "../command.hpp"
#include "../dead_letter_selection.hpp"
#include "../option_check.hpp"
#include "../record_pages.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

struct list_options {
  std::shared_ptr<dead_letter_selection> filters{};
  std::string order{"desc"};
  std::uint64_t limit{100};
  bool all{false};
};

exit_code list_dead_letters(const list_options& options, session& here) {
  auto query = make_query(*options.filters);
  if (!query) return here.fail(query.error());
  query->oldest_first = options.order == "asc";
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
  options->filters = add_dead_letter_filters(*command, true);
  command->add_option("--order", options->order, "desc (newest first) or asc")
      ->capture_default_str()
      ->check(one_of({"asc", "desc"}));
  auto* limit = command->add_option("--limit", options->limit, "At most so many dead letters")
                    ->type_name("N")
                    ->capture_default_str()
                    ->check(positive_number());
  command->add_flag("--all", options->all, "Every dead letter that matches")->excludes(limit);
  command->callback(
      [options, &chosen] { chosen = [options](session& here) { return list_dead_letters(*options, here); }; });
}

}  // namespace eventmgr::evctl
