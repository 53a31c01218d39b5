#include "event_arguments.hpp"

#include "clock_text.hpp"
#include "input.hpp"
#include "option_check.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <optional>

namespace eventmgr::evctl {
namespace {

std::string write_metadata(const event_arguments& options) {
  metadata known;
  if (!options.project.empty()) known.project_id = options.project;
  known.tags = options.tags;
  if (const auto ttl = parse_duration(options.ttl)) known.expires_at = now() + *ttl;
  return to_json(known);
}

/// A time, or so long from now.
std::optional<time_point> parse_due_time(const std::string& text) {
  if (const auto at = parse_rfc3339(text)) return at;
  if (const auto ahead = parse_duration(text)) return now() + *ahead;
  return std::nullopt;
}

std::string type_of(const event_arguments& options) {
  if (!options.type.empty()) return options.type;
  auto type = options.topic;
  std::ranges::replace(type, '/', '.');
  return type;
}

}  // namespace

void add_event_options(CLI::App& command, event_arguments& into) {
  command.add_option("--type", into.type, "The event's type; by default the topic, with dots");
  command.add_option("--source", into.source, "Where the event comes from")->capture_default_str();
  command.add_option("--data", into.data, "The payload, a JSON object; @FILE reads it, - is standard input")
      ->type_name("JSON");
  command.add_option("--priority", into.priority, "critical, high, normal or low")
      ->type_name("NAME")
      ->check(priority_value());
  command.add_option("--tag", into.tags, "A tag; may be repeated")->allow_extra_args(false);
  command.add_option("--project", into.project, "The project that the event belongs to")->type_name("ID");
  command.add_option("--correlation-id", into.correlation_id, "The request that it is part of")
      ->type_name("UUID")
      ->check(uuid_value());
  command.add_option("--id", into.id, "The event's id; the same id is stored once")
      ->type_name("UUID")
      ->check(uuid_value());
  command.add_option("--at", into.at, "Publish at a time, or so long from now (5m)")
      ->type_name("TIME")
      ->check(value_that(parse_due_time, "a time such as 2026-01-02T03:04:05Z or a duration from now such as 5m"));
  command.add_option("--ttl", into.ttl, "Expires so long from now, as 30s or 5m")
      ->type_name("DURATION")
      ->check(duration_value());
}

result<event_in> make_event(const event_arguments& options, session& here) {
  event_in input;
  input.type = type_of(options);
  input.source = options.source;
  if (!options.topic.empty()) input.topic = options.topic;

  auto payload = read_json_argument("--data", options.data, here.stop());
  if (!payload) return payload.error();
  input.payload = *std::move(payload);

  input.priority = parse_priority(options.priority);
  input.id = event_id::parse(options.id);
  input.correlation_id = event_id::parse(options.correlation_id);
  input.deliver_at = parse_due_time(options.at);
  input.metadata = write_metadata(options);
  return input;
}

}  // namespace eventmgr::evctl
