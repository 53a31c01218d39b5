#include "codec/delivery_codec.hpp"
#include "codec/event_renderer.hpp"
#include "codec/object_writer.hpp"

#include <span>

namespace eventmgr::codec {
namespace {

void write_attempt(std::string& out, const delivery_attempt& attempt) {
  object_writer object{out};
  object.text("eventId", to_string(attempt.event));
  object.number("partition", attempt.partition.value);
  object.number("seq", attempt.seq.value);
  object.number("attempt", attempt.attempt);
  object.text("origin", to_string(attempt.origin));
  write_redelivery_id(object, attempt.origin, attempt.redelivery);
  object.time("at", attempt.at);
  object.flag("success", attempt.success);
  if (attempt.status != 0) {
    object.number("status", attempt.status);
  } else {
    object.null("status");
  }
  object.text_or_null("error", attempt.error);
  object.number("durationMs", attempt.duration.count());
  if (!attempt.metadata.empty()) object.key("metadata") += attempt.metadata;
  object.end();
}

void write_attempts(std::string& out, std::span<const delivery_attempt> attempts) {
  out += '[';
  for (const delivery_attempt& attempt : attempts) {
    if (&attempt != &attempts.front()) out += ',';
    write_attempt(out, attempt);
  }
  out += ']';
}

void write_letter(std::string& out, const dead_letter& letter) {
  object_writer object{out};
  object.text("id", to_string(letter.id));
  object.text("originalEventId", to_string(letter.record.id));
  object.text("subscriptionId", to_string(letter.subscription));
  object.text("subscriptionName", letter.subscription_name);
  append_json(object.key("event"), letter.record);
  object.text("failureReason", letter.reason);
  object.text("fingerprint", letter.fingerprint);
  object.number("retryCount", letter.retry_count);
  write_attempts(object.key("attempts"), letter.attempts);
  object.time("failedAt", letter.failed_at);
  object.text("state", to_string(letter.state));
  object.end();
}

}  // namespace

void write_redelivery_id(object_writer& into, attempt_origin origin, const uuid& id) {
  if (origin == attempt_origin::live || id.is_nil()) return;
  into.text(origin == attempt_origin::replay ? "replayId" : "planId", to_string(id));
}

std::string to_json(const delivery_attempt& attempt) {
  std::string out;
  write_attempt(out, attempt);
  return out;
}

std::string to_json(const attempt_page& page) {
  std::string out;
  object_writer object{out};
  write_attempts(object.key("attempts"), page.attempts);
  object.text_or_null("nextCursor", page.next_cursor);
  object.end();
  return out;
}

std::string to_json(const dead_letter& letter) {
  std::string out;
  write_letter(out, letter);
  return out;
}

std::string to_json(const dead_letter_page& page) {
  std::string out;
  object_writer object{out};
  object.key("deadLetters") += '[';
  for (const dead_letter& letter : page.dead_letters) {
    if (&letter != &page.dead_letters.front()) out += ',';
    write_letter(out, letter);
  }
  out += ']';
  object.number("total", page.total);
  object.text_or_null("nextCursor", page.next_cursor);
  object.end();
  return out;
}

void append_pulled_event(std::string& out, std::string_view ack_id, const outgoing_event& given) {
  object_writer object{out};
  object.text("ackId", ack_id);
  object.number("attempt", given.attempt);
  if (given.replay) object.flag("replay", true);
  object.key("event") += *given.json;
  object.end();
}

}  // namespace eventmgr::codec
