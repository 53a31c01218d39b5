#include "../cancellation.hpp"
#include "../command.hpp"
#include "../json_text.hpp"
#include "../long_work.hpp"
#include "../option_check.hpp"
#include "../record_pages.hpp"
#include "../requeue_work.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

struct plan_options {
  std::string id{};
  bool wait{false};
};

exit_code list_plans(std::uint64_t limit, session& here) {
  constexpr auto right = column::alignment::right;
  const auto source = [&](const std::string& cursor, std::uint32_t page) {
    return here.client().dead_letters().list_requeues(cursor, page);
  };
  return print_pages({{"CREATED", "/createdAt"},
                      {"ID", "/planId"},
                      {"STATUS", "/status"},
                      {"MATCHED", "/matched", right},
                      {"DELIVERED", "/delivered", right},
                      {"FAILED", "/failed", right},
                      {"SKIPPED", "/skipped", right},
                      {"WHY", "/statusReason"}},
                     source, limit, here);
}

exit_code show_plan(const plan_options& options, session& here) {
  const auto id = option_value(requeue_id::parse, options.id);
  if (options.wait) return watch_requeue(id, here);
  const auto plan = here.client().dead_letters().get_requeue(id);
  if (!plan) return here.fail(plan.error());
  here.output().record(*plan, "request");
  return exit_code::done;
}

exit_code cancel_plan(const cancel_options& options, session& here) {
  const auto id = option_value(requeue_id::parse, options.id);
  const auto plan = here.client().dead_letters().get_requeue(id);
  if (!plan) return here.fail(plan.error());
  const auto status = member_text(*plan, "/status").value_or("");
  cancellation work;
  work.name = "plan " + to_string(id);
  work.items = "dead letters";
  work.over = status != "running" && status != "stopped";
  work.total = number_at(*plan, "/matched");
  work.left = left_of_requeue(*plan);
  work.cancel = [&] { return here.client().dead_letters().cancel_requeue(id); };
  return cancel_work(options, work, here);
}

exit_code resume_plan(const plan_options& options, session& here) {
  const auto id = option_value(requeue_id::parse, options.id);
  const auto plan = here.client().dead_letters().resume_requeue(id);
  if (!plan) return here.fail(plan.error());
  if (options.wait) return watch_requeue(id, here);
  here.output().record(*plan, "request");
  return exit_code::done;
}

}  // namespace

void add_dlq_plans_list(CLI::App& parent, command_action& chosen) {
  const auto limit = std::make_shared<std::uint64_t>(100);
  auto* command = parent.add_subcommand("list", "List the plans, newest first");
  command->add_option("--limit", *limit, "At most so many plans")
      ->type_name("N")
      ->capture_default_str()
      ->check(positive_number());
  command->callback([limit, &chosen] { chosen = [limit](session& here) { return list_plans(*limit, here); }; });
}

void add_dlq_plans_show(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<plan_options>();
  auto* command = parent.add_subcommand("show", "Show a plan, and how far it has come");
  command->add_option("id", options->id, "The plan's id")->required()->check(uuid_value());
  command->add_flag("--wait", options->wait, "Wait for its end, and exit as dlq requeue --wait does");
  command->callback([options, &chosen] { chosen = [options](session& here) { return show_plan(*options, here); }; });
}

void add_dlq_plans_cancel(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<cancel_options>();
  auto* command = parent.add_subcommand("cancel", "End a plan; what it has not delivered stays a dead letter");
  command->add_option("id", options->id, "The plan's id")->required()->check(uuid_value());
  add_cancel_options(*command, *options);
  command->callback([options, &chosen] { chosen = [options](session& here) { return cancel_plan(*options, here); }; });
}

void add_dlq_plans_resume(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<plan_options>();
  auto* command = parent.add_subcommand("resume", "Go on with a plan that a canary or too many failures stopped");
  command->add_option("id", options->id, "The plan's id")->required()->check(uuid_value());
  command->add_flag("--wait", options->wait, "Wait for its end, and exit as dlq requeue --wait does");
  command->callback([options, &chosen] { chosen = [options](session& here) { return resume_plan(*options, here); }; });
}

}  // namespace eventmgr::evctl
