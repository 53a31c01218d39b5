#include "../command.hpp"
#include "../json_text.hpp"
#include "../option_check.hpp"
#include "../trace_view.hpp"

#include <eventmgr/client_explain.hpp>

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

struct trace_options {
  std::string id{};
  bool timeline{false};
};

exit_code trace_event(const trace_options& options, session& here) {
  const auto trace = here.client().explanations().trace(option_value(event_id::parse, options.id));
  if (!trace) return here.fail(trace.error());
  auto& out = here.output();
  if (out.is_table()) {
    if (options.timeline) {
      show_trace_timeline(*trace, out);
    } else {
      show_trace_tree(*trace, out);
    }
  } else if (options.timeline) {
    out.begin_list({});
    for (const auto& entry : element_texts(*trace, "/timeline")) out.item(entry);
    out.end_list();
  } else {
    out.record(*trace);
  }
  return exit_code::done;
}

}  // namespace

void add_events_trace(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<trace_options>();
  auto* command = parent.add_subcommand("trace", "Show what caused an event, what it caused, and their deliveries");
  command->add_option("id", options->id, "The event's id")->required()->check(uuid_value());
  command->add_flag("--timeline", options->timeline, "All that happened as one list, by time");
  command->callback([options, &chosen] { chosen = [options](session& here) { return trace_event(*options, here); }; });
}

}  // namespace eventmgr::evctl
