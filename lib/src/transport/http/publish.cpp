#include "transport/http/publish.hpp"

#include "codec/event_decoder.hpp"
#include "codec/explain_codec.hpp"
#include "codec/json_writer.hpp"
#include "codec/problems.hpp"
#include "transport/common/parameter_reader.hpp"
#include "transport/common/problem_json.hpp"
#include "transport/http/event_body.hpp"
#include "transport/http/json_reply.hpp"
#include "transport/http/media_type.hpp"
#include "transport/http/preferences.hpp"

#include <chrono>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::transport {

namespace {

using receipts = std::span<const append_entry>;

/// The failed events of a batch, in order, each with its index.
using failed_events = std::vector<std::pair<std::size_t, failure>>;

result<codec::batch_format> batch_format_of(const http_request& request) {
  if (auto fault = check_encoding(request.headers)) return std::move(*fault);
  const std::string type = media_type_of(request.headers);
  if (type == media::json) return codec::batch_format::json;
  if (type == media::ndjson) return codec::batch_format::ndjson;
  if (type == media::cloudevents_batch) return codec::batch_format::cloudevents_batch;
  return unsupported_media_type(type, "application/json, application/x-ndjson and application/cloudevents-batch+json");
}

/// What a call cannot promise it refuses, rather than let the client believe it.
failure no_wait_for_batches() {
  return {.code = errc::invalid_request,
          .message = "Prefer: wait is for single events, not for batches",
          .details = {{.pointer = "/Prefer", .message = "wait is for single events, not for batches"}}};
}

void count_rejected(api& calls, std::uint64_t events) {
  calls.events.counters().events_rejected.fetch_add(events, std::memory_order_relaxed);
}

/// What an answer says of one event that was taken.
struct shown_receipt {
  const event_id& id;
  const topic_name& topic;
  partition_id partition;
  offset seq;  ///< 0: it is on the schedule, be it the event or the one that it repeats
  bool duplicate;
};

/// Appends the members of one stored event's answer, without the braces.
void append_receipt(std::string& out, const shown_receipt& shown) {
  out += R"("success":true,"eventId":")";
  append_to(out, shown.id.value);
  out += R"(","topic":)";
  codec::append_json_string(out, shown.topic.str());
  if (shown.seq == offset{}) {
    // It gets its place when it is due.
    out += R"(,"seq":null,"partition":null,"scheduled":true)";
  } else {
    out += R"(,"seq":)";
    codec::append_json_number(out, shown.seq.value);
    out += R"(,"partition":)";
    codec::append_json_number(out, shown.partition.value);
  }
  out += shown.duplicate ? R"(,"duplicate":true)" : R"(,"duplicate":false)";
}

void append_receipt(std::string& out, const append_entry& entry) {
  const event& record = *entry.record;
  if (entry.outcome == append_outcome::duplicate) {
    append_receipt(out, {record.id, entry.original_topic, entry.original_partition, entry.original_seq, true});
  } else {
    append_receipt(out, {record.id, record.topic, record.partition, record.seq, false});
  }
}

std::string_view message_of(append_outcome outcome) {
  if (outcome == append_outcome::duplicate) return "this event was published before";
  if (outcome == append_outcome::scheduled) return "event scheduled";
  return "event published";
}

http_response single_answer(const append_entry& entry) {
  http_response answer;
  answer.body.reserve(256);
  answer.body += '{';
  append_receipt(answer.body, entry);
  answer.body += R"(,"message":)";
  codec::append_json_string(answer.body, message_of(entry.outcome));
  answer.body += '}';
  return answer;
}

/// The answer to a publisher that waited. `applied` is what it preferred.
http_response waiting_answer(const delivery_receipt& done, std::chrono::seconds applied) {
  const publish_receipt& stored = done.stored;
  http_response answer;
  std::string& body = answer.body;
  body += '{';
  append_receipt(body, {stored.id, stored.topic, stored.partition, stored.seq, stored.duplicate});
  body += R"(,"message":)";
  const auto taken = stored.scheduled ? append_outcome::scheduled : append_outcome::stored;
  codec::append_json_string(body, message_of(stored.duplicate ? append_outcome::duplicate : taken));
  if (done.waited) {
    answer.headers.add("Preference-Applied", "wait=" + std::to_string(applied.count()));
    body += R"(,"deliveries":[)";
    for (const delivery_report& report : done.deliveries) {
      if (&report != &done.deliveries.front()) body += ',';
      codec::append_json(body, report);
    }
    body += R"(],"matched":)";
    codec::append_json_number(body, done.matched);
    body += R"(,"delivered":)";
    codec::append_json_number(body, done.delivered);
  }
  body += '}';
  return answer;
}

void publish_waiting(api& calls, const call& item, std::shared_ptr<event> record, std::chrono::seconds wait) {
  const auto render = [wait](const delivery_receipt& done) { return waiting_answer(done, wait); };
  auto give_up =
      calls.events.publish_and_wait(std::move(record), wait, reply_with<delivery_receipt>(item.exchange, render));
  // A client that is gone frees its place; one that has only closed its half of the connection is answered.
  item.exchange->when_unwanted(std::move(give_up));
}

http_response batch_answer(receipts stored, const failed_events& failed) {
  const std::size_t count = stored.size() + failed.size();
  http_response answer;
  std::string& body = answer.body;
  body.reserve(64 + count * 192);
  body += failed.empty() ? R"({"success":true,"results":[)" : R"({"success":false,"results":[)";
  auto next_failed = failed.begin();
  auto next_stored = stored.begin();
  for (std::size_t i = 0; i < count; ++i) {
    body += i == 0 ? "{" : ",{";
    if (next_failed != failed.end() && next_failed->first == i) {
      body += R"("success":false,"error":)";
      append_error(body, (next_failed++)->second);
    } else {
      append_receipt(body, *next_stored++);
    }
    body += '}';
  }
  body += R"(],"failedCount":)";
  codec::append_json_number(body, failed.size());
  body += '}';
  return answer;
}

/// The failure of an atomic batch: its faults, as many as one event may have, each pointer prefixed with the event's
/// index.
failure atomic_failure(const failed_events& failed, std::size_t count) {
  failure whole{.code = errc::invalid_event,
                .message = std::to_string(failed.size()) + " of " + std::to_string(count) +
                           " events are invalid; none was stored"};
  for (const auto& [index, why] : failed) {
    const std::string prefix = "/" + std::to_string(index);
    if (whole.details.size() >= codec::max_problems) break;
    if (why.details.empty()) codec::report_problem(whole.details, prefix, why.message);
    for (const problem& one : why.details) {
      codec::report_problem(whole.details, prefix + one.pointer, one.message);
    }
  }
  return whole;
}

}  // namespace

void publish_event(api& calls, call& item) {
  const auto wait = preferred_wait(item.request().headers);
  if (wait.has_error()) return fail(*item.exchange, wait.error());
  auto decoded = read_event_body(calls, item.request());
  if (decoded.has_error()) {
    if (decoded.error().code != errc::unsupported_media_type) count_rejected(calls, 1);
    return fail(*item.exchange, decoded.error());
  }
  if (const auto within = *wait) return publish_waiting(calls, item, std::move(*decoded), *within);

  std::vector<std::shared_ptr<event>> events;
  events.push_back(std::move(*decoded));
  calls.events.publish(std::move(events), [exchange = item.exchange](const result<receipts>& done) {
    if (done.has_error()) return fail(*exchange, done.error());
    exchange->respond(single_answer(done->front()));
  });
}

void publish_batch(api& calls, call& item) {
  const auto wait = preferred_wait(item.request().headers);
  if (wait.has_error()) return fail(*item.exchange, wait.error());
  if (*wait) return fail(*item.exchange, no_wait_for_batches());
  parameter_reader parameters{item.query};
  const bool atomic = parameters.flag("atomic");
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  const auto format = batch_format_of(item.request());
  if (format.has_error()) return fail(*item.exchange, format.error());

  auto decoded = codec::decode_batch(item.request().body, *format, decode_options_for(calls));
  if (decoded.has_error()) return fail(*item.exchange, decoded.error());
  std::vector<std::shared_ptr<event>> events;
  events.reserve(decoded->size());
  failed_events failed;
  for (std::size_t i = 0; i < decoded->size(); ++i) {
    codec::decoded_event& one = (*decoded)[i];
    if (one.has_value()) {
      events.push_back(std::move(*one));
    } else {
      failed.emplace_back(i, one.error());
    }
  }
  if (!failed.empty()) count_rejected(calls, failed.size());
  if (atomic && !failed.empty()) return fail(*item.exchange, atomic_failure(failed, decoded->size()));
  if (events.empty()) return item.exchange->respond(batch_answer({}, failed));

  calls.events.publish(std::move(events),
                       [exchange = item.exchange, failed = std::move(failed)](const result<receipts>& done) {
                         if (done.has_error()) return fail(*exchange, done.error());
                         exchange->respond(batch_answer(*done, failed));
                       });
}

}  // namespace eventmgr::transport
