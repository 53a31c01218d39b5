#include "codec/redelivery_codec.hpp"
#include "codec/start_point_codec.hpp"

#include <optional>
#include <span>

namespace eventmgr::codec {
namespace {

/// A list whose elements `write` appends.
template <class T, class Write>
void write_list(std::string& out, std::span<const T> items, Write write) {
  out += '[';
  for (const T& item : items) {
    if (&item != items.data()) out += ',';
    write(out, item);
  }
  out += ']';
}

template <class Page, class T, class Write>
std::string page_to_json(const Page& page, std::string_view name, const std::vector<T>& items, Write write) {
  std::string out;
  object_writer object{out};
  write_list(object.key(name), std::span{items}, write);
  object.number("total", page.total);
  object.text_or_null("nextCursor", page.next_cursor);
  object.end();
  return out;
}

void text_if(object_writer& object, std::string_view name, const std::optional<std::string>& value) {
  if (value) object.text(name, *value);
}

void time_or_null(object_writer& object, std::string_view name, const std::optional<time_point>& at) {
  if (at) return object.time(name, *at);
  object.null(name);
}

template <class Request>
void write_request(object_writer& into, const Request& request) {
  object_writer object{into.key("request")};
  write_members(object, request);
  object.end();
}

void write_plan(object_writer& object, const requeue_plan& plan) {
  object.text("planId", to_string(plan.id));
  object.text("status", to_string(plan.status));
  object.text_or_null("statusReason", plan.status_reason);
  object.number("matched", plan.matched);
  object.number("delivered", plan.delivered);
  object.number("failed", plan.failed);
  object.number("skipped", plan.skipped);
  write_request(object, plan.request);
  object.time("createdAt", plan.created_at);
  object.time("updatedAt", plan.updated_at);
}

void append_plan(std::string& out, const requeue_plan& plan) {
  object_writer object{out};
  write_plan(object, plan);
  object.end();
}

void append_part(std::string& out, const dead_letter_group::part& part) {
  object_writer object{out};
  object.text("name", part.name);
  object.number("count", part.count);
  object.end();
}

void append_group(std::string& out, const dead_letter_group& group) {
  object_writer object{out};
  object.text("fingerprint", group.fingerprint);
  object.text("reason", group.reason);
  object.text("example", group.example);
  object.text("newestId", to_string(group.newest_id));
  object.number("count", group.count);
  object.time("oldest", group.oldest);
  object.time("newest", group.newest);
  write_list(object.key("subscriptions"), std::span{group.subscriptions}, append_part);
  write_list(object.key("topics"), std::span{group.topics}, append_part);
  object.end();
}

void append_target(std::string& out, const replay_target& target) {
  object_writer object{out};
  object.text("subscriptionId", to_string(target.id));
  object.text("name", target.name);
  object.number("delivered", target.delivered);
  object.number("failed", target.failed);
  object.flag("done", target.done);
  object.end();
}

void append_replay(std::string& out, const replay_info& replay) {
  object_writer object{out};
  object.text("replayId", to_string(replay.id));
  object.text("status", to_string(replay.status));
  object.text_or_null("statusReason", replay.status_reason);
  object.number("eventsToReplay", replay.events_to_replay);
  object.number("eventsReplayed", replay.events_replayed);
  if (replay.estimated_duration) {
    object.number("estimatedDuration", replay.estimated_duration->count());
  } else {
    object.null("estimatedDuration");
  }
  write_request(object, replay.request);
  write_list(object.key("subscriptions"), std::span{replay.targets}, append_target);
  object.time("createdAt", replay.created_at);
  object.time("updatedAt", replay.updated_at);
  object.end();
}

}  // namespace

void write_members(object_writer& into, const dead_letter_query& which) {
  if (!which.ids.empty()) {
    write_list(into.key("ids"), std::span{which.ids},
               [](std::string& out, const dead_letter_id& id) { append_json_string(out, to_string(id)); });
  }
  text_if(into, "subscription", which.subscription);
  if (which.topic) into.text("topic", which.topic->str());
  text_if(into, "type", which.type);
  text_if(into, "reason", which.reason);
  text_if(into, "fingerprint", which.fingerprint);
  if (which.since) into.time("since", *which.since);
  if (which.until) into.time("until", *which.until);
}

void write_members(object_writer& into, const requeue_request& request) {
  write_members(into, request.which);
  if (request.limit) into.number("limit", *request.limit);
  if (request.canary != 0) into.number("canary", request.canary);
  if (request.rate_per_second != 0) into.number("ratePerSecond", request.rate_per_second);
  if (request.stop_on_failures != 0) into.number("stopOnFailures", request.stop_on_failures);
  if (!request.patch.empty()) into.key("patch") += request.patch;
}

void write_members(object_writer& into, const replay_request& request) {
  append_start_point(into.key("from"), request.from);
  append_start_point(into.key("to"), request.to);
  if (!request.topics.empty()) {
    write_list(into.key("topic"), std::span{request.topics},
               [](std::string& out, const topic_pattern& topic) { append_json_string(out, topic.str()); });
  }
  if (!request.filter.empty()) into.key("filter") += request.filter;
  if (!request.subscriptions.empty()) {
    write_list(into.key("subscriptions"), std::span{request.subscriptions},
               [](std::string& out, const std::string& name) { append_json_string(out, name); });
  }
  into.number("speed", request.speed);
}

std::string to_json(const requeue_plan& plan) {
  std::string out;
  append_plan(out, plan);
  return out;
}

std::string to_json_of_new(const requeue_plan& plan) {
  std::string out;
  object_writer object{out};
  write_plan(object, plan);
  object.number("requeued", plan.matched);
  object.flag("dryRun", false);
  object.end();
  return out;
}

std::string to_json(const requeue_page& page) { return page_to_json(page, "requeues", page.plans, append_plan); }

std::string to_json(const requeue_preview& preview) {
  std::string out;
  object_writer object{out};
  object.number("matched", preview.matched);
  object.number("requeued", 0);
  object.flag("dryRun", true);
  time_or_null(object, "oldest", preview.oldest);
  time_or_null(object, "newest", preview.newest);
  object.end();
  return out;
}

std::string purge_to_json(std::uint64_t matched, std::uint64_t discarded, bool dry_run) {
  std::string out;
  object_writer object{out};
  object.number("matched", matched);
  object.number("discarded", discarded);
  object.flag("dryRun", dry_run);
  object.end();
  return out;
}

std::string to_json(const dead_letter_summary& summary) {
  std::string out;
  object_writer object{out};
  object.number("total", summary.total);
  write_list(object.key("groups"), std::span{summary.groups}, append_group);
  object.end();
  return out;
}

std::string to_json(const replay_info& replay) {
  std::string out;
  append_replay(out, replay);
  return out;
}

std::string to_json(const replay_page& page) { return page_to_json(page, "replays", page.replays, append_replay); }

std::string to_json(const replay_preview& preview) {
  std::string out;
  object_writer object{out};
  object.flag("dryRun", true);
  object.number("eventsToReplay", preview.events_to_replay);
  object.number("originalDuration", preview.original_duration.count());
  write_list(object.key("subscriptions"), std::span{preview.targets},
             [](std::string& to, const replay_preview::target& target) {
               object_writer part{to};
               part.text("subscriptionId", to_string(target.id));
               part.text("name", target.name);
               part.number("events", target.events);
               part.end();
             });
  object.end();
  return out;
}

}  // namespace eventmgr::codec
