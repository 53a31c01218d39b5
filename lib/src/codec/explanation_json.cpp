#include "codec/delivery_codec.hpp"
#include "codec/explain_codec.hpp"
#include "codec/object_writer.hpp"

#include <optional>
#include <utility>

namespace eventmgr::codec {
namespace {

void write_time(object_writer& object, std::string_view name, const std::optional<time_point>& at) {
  if (at) {
    object.time(name, *at);
  } else {
    object.null(name);
  }
}

void write_dead_letter(std::string& out, const dead_letter_note& letter) {
  object_writer object{out};
  object.text("id", to_string(letter.id));
  object.text("state", to_string(letter.state));
  object.text("reason", letter.reason);
  object.time("failedAt", letter.failed_at);
  object.end();
}

template <class Items, class Write>
void write_list(std::string& out, const Items& items, Write write) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!std::exchange(first, false)) out += ',';
    write(item);
  }
  out += ']';
}

void write_flag(object_writer& object, std::string_view name, const std::optional<bool>& value) {
  if (value) {
    object.flag(name, *value);
  } else {
    object.null(name);
  }
}

/// What there is to say of a requeue or a replay, but for when it was asked for.
void write_redelivery(object_writer& object, const redelivery_note& note) {
  write_redelivery_id(object, note.origin, note.id);
  if (note.origin == attempt_origin::requeue) {
    write_flag(object, "single", note.single);
    write_flag(object, "edited", note.edited);
  }
  object.text("outcome", to_string(note.what));
  object.number("attempts", note.attempts);
  write_time(object, "begunAt", note.begun_at);
  write_time(object, "endedAt", note.ended_at);
  if (!note.error.empty()) object.text("error", note.error);
}

void write_note(std::string& out, const redelivery_note& note) {
  object_writer object{out};
  object.text("kind", to_string(note.origin));
  write_time(object, "askedAt", note.asked_at);
  write_redelivery(object, note);
  object.end();
}

void write_acknowledgement(std::string& out, const event_delivery& delivery) {
  object_writer object{out};
  object.number("attempt", delivery.acknowledging_attempt);
  object.number("durationMs", delivery.acknowledging_time.count());
  object.flag("logged", delivery.acknowledgement_logged);
  object.end();
}

void write_outcome(std::string& out, const event_delivery& delivery) {
  object_writer object{out};
  object.text("state", to_string(delivery.state));
  if (const auto delivered = delivery.delivered()) {
    object.flag("delivered", *delivered);
  } else {
    object.null("delivered");
  }
  object.number("attempts", delivery.attempts);
  if (delivery.due) object.time("due", *delivery.due);
  if (delivery.lane) object.text("lane", to_string(*delivery.lane));
  if (delivery.before) object.number("before", *delivery.before);
  if (!delivery.ordering.empty()) object.text("heldBehind", delivery.ordering);
  if (!delivery.last_error.empty()) object.text("lastError", delivery.last_error);
  if (delivery.acknowledged_at) {
    object.time("acknowledgedAt", *delivery.acknowledged_at);
    write_acknowledgement(object.key("acknowledgement"), delivery);
  }
  if (!delivery.time_not_kept.empty()) object.text("timeNotKept", delivery.time_not_kept);
  if (delivery.dead) write_dead_letter(object.key("deadLetter"), *delivery.dead);
  if (!delivery.redeliveries.empty()) {
    write_list(object.key("redeliveries"), delivery.redeliveries,
               [&](const redelivery_note& note) { write_note(out, note); });
  }
  if (!delivery.detail.empty()) object.text("detail", delivery.detail);
  object.end();
}

void write_stage(std::string& out, const explained_stage& stage) {
  object_writer object{out};
  object.text("stage", to_string(stage.stage));
  object.text("verdict", to_string(stage.verdict));
  object.text("detail", stage.detail);
  if (!stage.clause.empty()) {
    object.text("clause", stage.clause);
    if (!stage.path.empty()) object.text("path", stage.path);
    object.key("wanted") += stage.wanted;
    if (!stage.found.empty()) object.key("found") += stage.found;
  }
  object.end();
}

void write_delivery(std::string& out, const event_delivery& delivery) {
  object_writer object{out};
  object.text("subscriptionId", to_string(delivery.subscription));
  object.text("name", delivery.name);
  if (delivery.deleted) object.flag("deleted", true);
  write_outcome(object.key("outcome"), delivery);
  write_list(object.key("log"), delivery.log, [&](const delivery_attempt& attempt) { out += to_json(attempt); });
  object.flag("logComplete", delivery.log_complete);
  object.end();
}

void write_explained(std::string& out, const subscription_explanation& explained) {
  object_writer object{out};
  object.text("subscriptionId", to_string(explained.delivery.subscription));
  object.text("name", explained.delivery.name);
  if (explained.delivery.deleted) object.flag("deleted", true);
  object.flag("matches", explained.matches);
  write_list(object.key("stages"), explained.stages, [&](const explained_stage& stage) { write_stage(out, stage); });
  write_outcome(object.key("outcome"), explained.delivery);
  object.end();
}

/// What names an event, without what it carries.
void write_summary(object_writer& object, const event& record) {
  object.text("type", record.type);
  object.text("source", record.source);
  object.text("topic", record.topic.str());
  object.text("priority", to_string(record.priority));
  object.number("seq", record.seq.value);
  object.number("partition", record.partition.value);
  object.time("receivedAt", record.received_at);
  object.text_or_null("correlationId", record.correlation_id ? to_string(*record.correlation_id) : std::string{});
  object.text_or_null("causationId", record.causation_id ? to_string(*record.causation_id) : std::string{});
}

void write_traced(std::string& out, const traced_event& each) {
  object_writer object{out};
  object.text("id", to_string(each.record.id));
  write_summary(object, each.record);
  object.text("relation", to_string(each.relation));
  object.number("depth", each.depth);
  if (each.since_cause) {
    object.number("sinceCauseMs", each.since_cause->count());
  } else {
    object.null("sinceCauseMs");
  }
  if (each.deliveries_known) {
    write_list(object.key("deliveries"), each.deliveries,
               [&](const event_delivery& delivery) { write_delivery(out, delivery); });
  } else {
    object.null("deliveries");
  }
  object.end();
}

/// What only entries of one kind have.
void write_particulars(object_writer& object, const trace_entry& entry) {
  using kind = trace_entry::kind;
  switch (entry.what) {
    case kind::received:
    case kind::discarded:
      break;
    case kind::dead_letter:
      object.number("attempt", entry.attempt);
      if (!entry.error.empty()) object.text("error", entry.error);
      break;
    case kind::delivered:
      if (!entry.timed) break;
      object.number("attempt", entry.attempt);
      object.number("durationMs", entry.duration.count());
      break;
    case kind::attempt:
      object.number("attempt", entry.attempt);
      object.text("origin", to_string(entry.origin));
      write_redelivery_id(object, entry.origin, entry.redelivery);
      object.flag("success", entry.success);
      if (!entry.error.empty()) object.text("error", entry.error);
      object.number("durationMs", entry.duration.count());
      break;
    case kind::requeue:
    case kind::replay:
      if (entry.again) write_redelivery(object, *entry.again);
      break;
  }
}

void write_entry(std::string& out, const trace_entry& entry) {
  object_writer object{out};
  if (entry.timed) {
    object.time("at", entry.at);
    object.number("sinceStartMs", entry.since_start.count());
  } else {
    object.null("at");
    object.null("sinceStartMs");
    if (!entry.time_not_kept.empty()) object.text("timeNotKept", entry.time_not_kept);
  }
  object.text("kind", to_string(entry.what));
  if (entry.latency) {
    object.number("latencyMs", entry.latency->count());
  } else {
    object.null("latencyMs");
  }
  object.text("eventId", to_string(entry.event));
  if (entry.what != trace_entry::kind::received) {
    object.text("subscriptionId", to_string(entry.subscription));
    object.text("name", entry.subscription_name);
    write_particulars(object, entry);
  }
  object.end();
}

}  // namespace

std::string to_json(const event_explanation& explanation) {
  std::string out;
  const event& record = explanation.record;
  object_writer object{out};
  object.text("eventId", to_string(record.id));
  object.text("type", record.type);
  object.text("topic", record.topic.str());
  object.text("priority", to_string(record.priority));
  object.flag("published", explanation.published);
  if (explanation.published) {
    object.number("seq", record.seq.value);
    object.number("partition", record.partition.value);
    object.time("receivedAt", record.received_at);
  } else {
    for (const char* const name : {"seq", "partition", "receivedAt"}) object.null(name);
  }
  write_time(object, "scheduledFor", explanation.scheduled_for);
  write_time(object, "expiresAt", record.expires_at);
  write_list(object.key("subscriptions"), explanation.subscriptions,
             [&](const subscription_explanation& explained) { write_explained(out, explained); });
  object.number("total", explanation.total);
  object.text_or_null("nextCursor", explanation.next_cursor);
  object.end();
  return out;
}

std::string to_json(const delivery_page& page) {
  std::string out;
  object_writer object{out};
  object.text("eventId", to_string(page.event));
  write_list(object.key("deliveries"), page.deliveries,
             [&](const event_delivery& delivery) { write_delivery(out, delivery); });
  object.text_or_null("nextCursor", page.next_cursor);
  object.end();
  return out;
}

std::string to_json(const event_trace& trace) {
  std::string out;
  object_writer object{out};
  object.text("eventId", to_string(trace.event));
  write_list(object.key("events"), trace.events, [&](const traced_event& each) { write_traced(out, each); });
  write_list(object.key("timeline"), trace.timeline, [&](const trace_entry& entry) { write_entry(out, entry); });
  object.flag("complete", trace.limits.empty());
  write_list(object.key("limits"), trace.limits, [&](const std::string& text) { append_json_string(out, text); });
  object.end();
  return out;
}

void append_json(std::string& out, const delivery_report& report) {
  object_writer object{out};
  object.text("subscriptionId", to_string(report.subscription));
  object.text("name", report.name);
  object.text("outcome", to_string(report.what));
  object.number("attempts", report.attempts);
  if (!report.error.empty()) object.text("error", report.error);
  object.end();
}

}  // namespace eventmgr::codec
