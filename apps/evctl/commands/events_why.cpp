#include "../command.hpp"
#include "../event_arguments.hpp"
#include "../explanation_view.hpp"
#include "../json_text.hpp"
#include "../option_check.hpp"

#include <eventmgr/client_explain.hpp>

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr::evctl {
namespace {

struct why_options {
  std::vector<std::string> names{};  ///< the event and the subscription; of one that is not published, only the latter
  event_arguments described{};
  bool all{false};

  bool is_published() const { return described.topic.empty() && described.type.empty(); }
};

/// Gives one page of the explanation.
using explanation_source = std::function<result<std::string>(const client::explain_selection&)>;

/// Whether what was explained so far says yes: every subscription that the event is for has it, or would get it.
class judgement {
 public:
  explicit judgement(bool is_published) : is_published_{is_published} {}

  /// What is said of the event itself: that it waits on the schedule.
  void see_event(const std::string& page) { scheduled_for_ = member_text(page, "/scheduledFor").value_or(""); }

  void see(const std::string& subscription) {
    // One that is gone wants nothing any more.
    if (member_text(subscription, "/deleted")) return;
    const auto state = member_text(subscription, "/outcome/state").value_or("");
    if (state == "unmatched") return;
    ++concerned_;
    const bool got = is_published_ ? member_text(subscription, "/outcome/delivered") == "true" : state == "expected";
    if (got) ++got_;
  }

  bool is_yes() const noexcept { return concerned_ > 0 && got_ == concerned_; }
  std::string words() const {
    const std::string verb = is_published_ ? " have it" : " would get it";
    if (!scheduled_for_.empty()) return "it is not published yet: it is scheduled for " + scheduled_for_;
    if (concerned_ == 0) return "it is for none of the subscriptions";
    return std::to_string(got_) + " of the " + std::to_string(concerned_) + " subscriptions that it is for" + verb;
  }

 private:
  const bool is_published_;
  std::string scheduled_for_{};
  std::size_t concerned_{0};
  std::size_t got_{0};
};

void show_event(const std::string& page, printer& out) {
  const auto text = [&](std::string_view pointer) { return printable(member_text(page, pointer).value_or("")); };
  const auto seq = text("/seq");
  const auto due = text("/scheduledFor");
  const auto unpublished = due.empty() ? "  not published" : "  scheduled for " + due;
  out.line(out.paint(text("/topic"), style::cyan) + "  " + text("/priority") + "  " + text("/eventId") +
           (seq.empty() ? unpublished : "  seq " + seq + "  " + text("/receivedAt")));
}

exit_code explain(const explanation_source& source, const why_options& options, client::explain_selection which,
                  session& here) {
  auto& out = here.output();
  judgement judged{options.is_published()};
  const bool named = !which.subscription.empty();
  out.begin_list({});
  bool first = true;
  do {
    const auto page = source(which);
    if (!page) return here.fail(page.error());
    if (first && out.is_table()) show_event(*page, out);
    if (first) judged.see_event(*page);
    first = false;
    const auto id = "\"" + member_text(*page, "/eventId").value_or("") + "\"";
    for (const auto& subscription : element_texts(*page, "/subscriptions")) {
      judged.see(subscription);
      const bool shown = named || options.all || member_text(subscription, "/outcome/state") != "unmatched";
      if (out.is_table()) {
        show_explanation(subscription, !shown, out);
      } else {
        out.item(with_member(subscription, "eventId", id));
      }
    }
    which.cursor = member_text(*page, "/nextCursor").value_or("");
  } while (!which.cursor.empty() && !here.stop().raised());
  if (!out.is_table()) out.end_list();
  if (judged.is_yes()) return exit_code::done;
  here.say(judged.words());
  return exit_code::failed;
}

exit_code explain_published(const why_options& options, session& here) {
  const auto id = option_value(event_id::parse, options.names.front());
  client::explain_selection which;
  if (options.names.size() > 1) which.subscription = options.names[1];
  return explain([&](const auto& page) { return here.client().explanations().explain(id, page); }, options,
                 std::move(which), here);
}

exit_code explain_described(const why_options& options, session& here) {
  const auto input = make_event(options.described, here);
  if (!input) return here.fail(input.error());
  client::explain_selection which;
  if (!options.names.empty()) which.subscription = options.names.front();
  return explain([&](const auto& page) { return here.client().explanations().explain(*input, page); }, options,
                 std::move(which), here);
}

}  // namespace

void add_events_why(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<why_options>();
  auto* command = parent.add_subcommand("why", "Explain why subscriptions did or did not get an event");
  command
      ->add_option("names", options->names,
                   "The event's id, unless --topic or --type describe one that is not published; then the name of one "
                   "subscription")
      ->expected(0, 2);
  auto* topic =
      command->add_option("--topic", options->described.topic, "Of an event that is not published: its topic");
  add_event_options(*command, options->described);
  command->add_flag("--all", options->all, "Every stage also of subscriptions that it is not for");
  command->callback([options, command, topic, &chosen] {
    if (!options->is_published()) {
      if (options->names.size() > 1) throw CLI::ExcludesError{"an event's id", "--topic and --type"};
      chosen = [options](session& here) { return explain_described(*options, here); };
      return;
    }
    for (const auto* option : command->get_options()) {
      const bool describes = option != topic && option->count() > 0 && option->get_single_name() != "names" &&
                             option->get_single_name() != "all";
      if (describes) throw CLI::RequiresError{option->get_name(), "--topic or --type"};
    }
    if (options->names.empty()) throw CLI::RequiredError{"an event's id, --topic or --type"};
    // What the first name is of was not known before.
    const std::string fault = uuid_value()(options->names.front());
    if (!fault.empty()) throw CLI::ValidationError{"an event's id", fault};
    chosen = [options](session& here) { return explain_published(*options, here); };
  });
}

}  // namespace eventmgr::evctl
