#include "publish.hpp"

#include "../command.hpp"
#include "../event_arguments.hpp"
#include "../exclusive_option.hpp"
#include "../option_check.hpp"
#include "codec/object_writer.hpp"

#include <eventmgr/event.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr::evctl {
namespace {

struct publish_options {
  event_arguments described{};
  std::string batch{};
  std::string wait{"stored"};
  std::string timeout{"10s"};
};

void write_receipt(codec::object_writer& object, const publish_receipt& receipt, const std::optional<time_point>& due) {
  object.text("eventId", to_string(receipt.id));
  object.text("topic", receipt.topic.str());
  if (receipt.seq.value > 0) {
    object.number("seq", receipt.seq.value);
    object.number("partition", receipt.partition.value);
  } else {
    object.null("seq");
    object.flag("scheduled", true);
    if (due) object.time("deliverAt", *due);
  }
  object.flag("duplicate", receipt.duplicate);
}

exit_code publish_and_go(event_in input, session& here) {
  const auto due = input.deliver_at;
  const auto receipt = here.client().publish(std::move(input));
  if (!receipt) return here.fail(receipt.error());
  std::string out;
  codec::object_writer object{out};
  write_receipt(object, *receipt, due);
  object.end();
  here.output().record(out);
  return exit_code::done;
}

std::string write_report(const delivery_report& report) {
  std::string out;
  codec::object_writer object{out};
  object.text("subscriptionId", to_string(report.subscription));
  object.text("name", report.name);
  object.text("outcome", to_string(report.what));
  object.number("attempts", report.attempts);
  if (!report.error.empty()) object.text("error", report.error);
  object.end();
  return out;
}

/// On a terminal the deliveries are a table below; a program gets them as a member.
void print_receipt(const delivery_receipt& receipt, const std::optional<time_point>& due, printer& out) {
  std::string text;
  codec::object_writer object{text};
  write_receipt(object, receipt.stored, due);
  if (receipt.waited) {
    object.number("matched", receipt.matched);
    object.number("delivered", receipt.delivered);
  }
  if (!out.is_table() && receipt.waited) {
    std::string& list = object.key("deliveries");
    list += '[';
    for (const auto& report : receipt.deliveries) {
      if (list.back() != '[') list += ',';
      list += write_report(report);
    }
    list += ']';
  }
  object.end();
  out.record(text);
  if (!out.is_table() || receipt.deliveries.empty()) return;
  out.line("");
  out.begin_list({{"SUBSCRIPTION", "/name"},
                  {"OUTCOME", "/outcome"},
                  {"ATTEMPTS", "/attempts", column::alignment::right},
                  {"ERROR", "/error"}});
  for (const auto& report : receipt.deliveries) out.item(write_report(report));
  out.end_list();
}

exit_code judge(const delivery_receipt& receipt, session& here) {
  if (!receipt.waited) {
    here.say(receipt.stored.scheduled ? "it is scheduled: nothing is delivered yet" : "its deliveries are not known");
    return exit_code::timed_out;
  }
  if (receipt.matched == 0) {
    here.say("no durable subscription matches it");
    return exit_code::failed;
  }
  using outcome = delivery_report::outcome;
  const auto count = [&](outcome what) {
    return static_cast<std::uint64_t>(std::ranges::count(receipt.deliveries, what, &delivery_report::what));
  };
  const auto delivered = receipt.delivered;
  if (delivered == receipt.matched) return exit_code::done;
  here.say("delivered to " + std::to_string(delivered) + " of " + std::to_string(receipt.matched));
  if (delivered > 0) return exit_code::partly;
  return count(outcome::pending) > 0 ? exit_code::timed_out : exit_code::failed;
}

exit_code publish_and_wait(event_in input, const std::string& timeout, session& here) {
  const auto due = input.deliver_at;
  const auto wait = std::chrono::ceil<std::chrono::seconds>(option_value(parse_duration, timeout));
  const auto receipt = here.client().publish_and_wait(std::move(input), wait);
  if (!receipt) return here.fail(receipt.error());
  print_receipt(*receipt, due, here.output());
  return judge(*receipt, here);
}

exit_code publish_one(const publish_options& options, session& here) {
  auto input = make_event(options.described, here);
  if (!input) return here.fail(input.error());
  if (options.wait == "delivered") return publish_and_wait(*std::move(input), options.timeout, here);
  return publish_and_go(*std::move(input), here);
}

}  // namespace

void add_publish(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<publish_options>();
  auto* command = parent.add_subcommand("publish", "Publish an event, or a file of events");
  command->add_option("topic", options->described.topic, "Where to publish; by default the type, with slashes");
  add_event_options(*command, options->described);
  auto* wait = command
                   ->add_option("--wait", options->wait,
                                "Until it is stored, or until every subscription has it or has given it up")
                   ->type_name("WHAT")
                   ->capture_default_str()
                   ->check(one_of({"stored", "delivered"}));
  command->add_option("--timeout", options->timeout, "How long to wait for deliveries, to 1m")
      ->type_name("DURATION")
      ->capture_default_str()
      ->check(duration_between(std::chrono::seconds{1}, std::chrono::minutes{1}))
      ->needs(wait);
  auto* batch =
      command
          ->add_option("--batch", options->batch,
                       "Publish whole events, one a line, from a file; - is standard input. Takes no other option")
          ->type_name("FILE");
  command->callback([options, command, batch, &chosen] {
    if (!options->batch.empty()) {
      // A batch's events are whole: nothing is added to them.
      check_alone(*command, batch);
      chosen = [options](session& here) { return publish_batch_file(options->batch, here); };
      return;
    }
    if (options->described.topic.empty() && options->described.type.empty())
      throw CLI::RequiredError{"a topic, --type or --batch"};
    chosen = [options](session& here) { return publish_one(*options, here); };
  });
}

}  // namespace eventmgr::evctl
