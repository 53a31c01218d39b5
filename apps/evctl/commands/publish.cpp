#include "publish.hpp"

#include "../clock_text.hpp"
#include "../command.hpp"
#include "../exclusive_option.hpp"
#include "../input.hpp"
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
  std::string topic{};
  std::string type{};
  std::string source{"evctl"};
  std::string data{"{}"};
  std::string priority{};
  std::vector<std::string> tags{};
  std::string project{};
  std::string correlation_id{};
  std::string id{};
  std::string at{};
  std::string ttl{};
  std::string batch{};
};

failure refuse(const std::string& option, const std::string& why) {
  return failure{errc::invalid_request, option + " " + why};
}

result<std::optional<event_id>> read_id(const std::string& option, const std::string& text) {
  if (text.empty()) return std::optional<event_id>{};
  const auto id = event_id::parse(text);
  if (!id) return refuse(option, "must be a UUID");
  return id;
}

result<std::string> write_metadata(const publish_options& options) {
  metadata known;
  if (!options.project.empty()) known.project_id = options.project;
  known.tags = options.tags;
  if (!options.ttl.empty()) {
    const auto ttl = parse_duration(options.ttl);
    if (!ttl) return refuse("--ttl", "must be a duration such as 30s, 5m or 7d");
    known.expires_at = now() + *ttl;
  }
  return to_json(known);
}

/// A time, or so long from now.
result<std::optional<time_point>> read_due_time(const std::string& text) {
  if (text.empty()) return std::optional<time_point>{};
  if (const auto at = parse_rfc3339(text)) return at;
  if (const auto ahead = parse_duration(text)) return std::optional<time_point>{now() + *ahead};
  return refuse("--at", "must be a time such as 2026-01-02T03:04:05Z or a duration from now such as 5m");
}

std::string type_of(const publish_options& options) {
  if (!options.type.empty()) return options.type;
  auto type = options.topic;
  std::ranges::replace(type, '/', '.');
  return type;
}

result<event_in> make_event(const publish_options& options, session& here) {
  event_in input;
  input.type = type_of(options);
  input.source = options.source;
  if (!options.topic.empty()) input.topic = options.topic;

  auto payload = read_json_argument("--data", options.data, here.stop());
  if (!payload) return payload.error();
  input.payload = *std::move(payload);

  if (!options.priority.empty()) {
    input.priority = parse_priority(options.priority);
    if (!input.priority) return refuse("--priority", "must be critical, high, normal or low, or 0 to 3");
  }
  const auto id = read_id("--id", options.id);
  if (!id) return id.error();
  input.id = *id;
  const auto correlation = read_id("--correlation-id", options.correlation_id);
  if (!correlation) return correlation.error();
  input.correlation_id = *correlation;
  const auto due = read_due_time(options.at);
  if (!due) return due.error();
  input.deliver_at = *due;
  auto known = write_metadata(options);
  if (!known) return known.error();
  input.metadata = *std::move(known);
  return input;
}

std::string to_json(const publish_receipt& receipt, const std::optional<time_point>& due) {
  std::string out;
  codec::object_writer object{out};
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
  object.end();
  return out;
}

exit_code publish_one(const publish_options& options, session& here) {
  auto input = make_event(options, here);
  if (!input) return here.fail(input.error());
  const auto due = input->deliver_at;
  const auto receipt = here.client().publish(*std::move(input));
  if (!receipt) return here.fail(receipt.error());
  here.output().record(to_json(*receipt, due));
  return exit_code::done;
}

}  // namespace

void add_publish(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<publish_options>();
  auto* command = parent.add_subcommand("publish", "Publish an event, or a file of events");
  command->add_option("topic", options->topic, "Where to publish; by default the type, with slashes");
  command->add_option("--type", options->type, "The event's type; by default the topic, with dots");
  command->add_option("--source", options->source, "Where the event comes from")->capture_default_str();
  command->add_option("--data", options->data, "The payload, a JSON object; @FILE reads it, - is standard input")
      ->type_name("JSON");
  command->add_option("--priority", options->priority, "critical, high, normal or low")->type_name("NAME");
  command->add_option("--tag", options->tags, "A tag; may be repeated")->allow_extra_args(false);
  command->add_option("--project", options->project, "The project that the event belongs to")->type_name("ID");
  command->add_option("--correlation-id", options->correlation_id, "The request that it is part of")->type_name("UUID");
  command->add_option("--id", options->id, "The event's id; the same id is stored once")->type_name("UUID");
  command->add_option("--at", options->at, "Publish at a time, or so long from now (5m)")->type_name("TIME");
  command->add_option("--ttl", options->ttl, "Expires so long from now, as 30s or 5m")->type_name("DURATION");
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
    if (options->topic.empty() && options->type.empty()) throw CLI::RequiredError{"a topic, --type or --batch"};
    chosen = [options](session& here) { return publish_one(*options, here); };
  });
}

}  // namespace eventmgr::evctl
