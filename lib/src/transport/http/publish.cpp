#include "transport/http/publish.hpp"

#include "codec/event_decoder.hpp"
#include "codec/json_writer.hpp"
#include "transport/common/parameter_reader.hpp"
#include "transport/common/problem_json.hpp"
#include "transport/http/media_type.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::transport {

namespace {

using receipts = std::span<const append_entry>;

/// The failed events of a batch, in order, each with its index.
using failed_events = std::vector<std::pair<std::size_t, failure>>;

codec::decode_options options_for(const api& calls) {
  return {.limits = calls.limits, .max_batch = calls.max_batch, .now = calls.events.now()};
}

/// What a publish cannot promise yet, it refuses, rather than let the client believe it.
std::optional<failure> check_preferences(const header_fields& headers) {
  const auto prefer = headers.find("Prefer");
  if (!prefer || !header_fields::equal_ignoring_case(prefer->substr(0, 4), "wait")) return std::nullopt;
  return failure{.code = errc::invalid_request,
                 .message = "Prefer: wait is not supported by this release",
                 .details = {{.pointer = "/Prefer", .message = "is not supported by this release"}}};
}

bool is_cloudevent_field(std::string_view name) {
  return name.size() > 3 && header_fields::equal_ignoring_case(name.substr(0, 3), "ce-");
}

result<std::vector<codec::cloudevent_attribute>> read_attributes(const header_fields& headers) {
  std::vector<codec::cloudevent_attribute> attributes;
  std::vector<problem> problems;
  for (const auto& [name, raw] : headers) {
    if (!is_cloudevent_field(name)) continue;
    std::string attribute = name.substr(3);
    std::ranges::transform(attribute, attribute.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    auto value = percent_decode(raw, false);
    if (value) {
      attributes.push_back({.name = std::move(attribute), .value = std::move(*value)});
    } else {
      problems.push_back({.pointer = "/" + attribute, .message = "is not percent-encoded UTF-8"});
    }
  }
  if (problems.empty()) return attributes;
  return failure{.code = errc::invalid_event, .message = "the event is invalid", .details = std::move(problems)};
}

codec::decoded_event decode_one(const api& calls, http_request& request) {
  if (auto fault = check_encoding(request.headers)) return std::move(*fault);
  const std::string type = media_type_of(request.headers);
  const auto options = options_for(calls);
  if (type == media::cloudevent) return codec::decode_cloudevent(request.body, options);
  if (request.headers.find("ce-specversion")) {
    const auto attributes = read_attributes(request.headers);
    if (attributes.has_error()) return attributes.error();
    const auto content_type = request.headers.find("Content-Type").value_or("");
    return codec::decode_binary_cloudevent(*attributes, content_type, request.body, options);
  }
  if (type == media::json) return codec::decode_event(request.body, options);
  return unsupported_media_type(type, "application/json, application/cloudevents+json and binary CloudEvents");
}

result<codec::batch_format> batch_format_of(const http_request& request) {
  if (auto fault = check_encoding(request.headers)) return std::move(*fault);
  const std::string type = media_type_of(request.headers);
  if (type == media::json) return codec::batch_format::json;
  if (type == media::ndjson) return codec::batch_format::ndjson;
  if (type == media::cloudevents_batch) return codec::batch_format::cloudevents_batch;
  return unsupported_media_type(type, "application/json, application/x-ndjson and application/cloudevents-batch+json");
}

void count_rejected(api& calls, std::uint64_t events) {
  calls.events.counters().events_rejected.fetch_add(events, std::memory_order_relaxed);
}

/// Appends the members of one stored event's answer, without the braces.
void append_receipt(std::string& out, const append_entry& entry) {
  const bool duplicate = entry.outcome == append_outcome::duplicate;
  const event& record = *entry.record;
  const offset seq = duplicate ? entry.original_seq : record.seq;
  out += R"("success":true,"eventId":")";
  append_to(out, record.id.value);
  out += R"(","topic":)";
  codec::append_json_string(out, duplicate ? entry.original_topic.str() : record.topic.str());
  if (seq == offset{}) {
    // On the schedule, be it the event or the one that it repeats: it gets its place when it is due.
    out += R"(,"seq":null,"partition":null,"scheduled":true)";
  } else {
    out += R"(,"seq":)";
    codec::append_json_number(out, seq.value);
    out += R"(,"partition":)";
    codec::append_json_number(out, duplicate ? entry.original_partition.value : record.partition.value);
  }
  out += duplicate ? R"(,"duplicate":true)" : R"(,"duplicate":false)";
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

/// The failure of an atomic batch: every fault, its pointer prefixed with the event's index.
failure atomic_failure(const failed_events& failed, std::size_t count) {
  failure whole{.code = errc::invalid_event,
                .message = std::to_string(failed.size()) + " of " + std::to_string(count) +
                           " events are invalid; none was stored"};
  for (const auto& [index, why] : failed) {
    const std::string prefix = "/" + std::to_string(index);
    if (why.details.empty()) whole.details.push_back({.pointer = prefix, .message = why.message});
    for (const problem& one : why.details) {
      whole.details.push_back({.pointer = prefix + one.pointer, .message = one.message});
    }
  }
  return whole;
}

}  // namespace

void publish_event(api& calls, call& item) {
  if (const auto fault = check_preferences(item.request().headers)) return fail(*item.exchange, *fault);
  auto decoded = decode_one(calls, item.request());
  if (decoded.has_error()) {
    if (decoded.error().code != errc::unsupported_media_type) count_rejected(calls, 1);
    return fail(*item.exchange, decoded.error());
  }

  std::vector<std::shared_ptr<event>> events;
  events.push_back(std::move(*decoded));
  calls.events.publish(std::move(events), [exchange = item.exchange](const result<receipts>& done) {
    if (done.has_error()) return fail(*exchange, done.error());
    exchange->respond(single_answer(done->front()));
  });
}

void publish_batch(api& calls, call& item) {
  if (const auto fault = check_preferences(item.request().headers)) return fail(*item.exchange, *fault);
  parameter_reader parameters{item.query};
  const bool atomic = parameters.flag("atomic");
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  const auto format = batch_format_of(item.request());
  if (format.has_error()) return fail(*item.exchange, format.error());

  auto decoded = codec::decode_batch(item.request().body, *format, options_for(calls));
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
