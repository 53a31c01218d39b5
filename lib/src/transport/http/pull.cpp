#include "transport/http/pull.hpp"

#include "broker/delivery/subscription_face.hpp"
#include "codec/delivery_codec.hpp"
#include "codec/json_writer.hpp"
#include "transport/http/json_body.hpp"
#include "transport/http/json_reply.hpp"

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

namespace eventmgr::transport {

namespace {

http_response pull_answer(const std::vector<leased_event>& given) {
  http_response answer;
  std::string& body = answer.body;
  body += R"({"events":[)";
  for (const leased_event& one : given) {
    if (&one != &given.front()) body += ',';
    codec::append_pulled_event(body, one.ack_id, one.event);
  }
  body += "]}";
  return answer;
}

http_response ack_answer(const ack_summary& summary) {
  http_response answer;
  std::string& body = answer.body;
  body += R"({"accepted":)";
  codec::append_json_number(body, summary.accepted);
  body += R"(,"ignored":[)";
  for (const std::string& ack_id : summary.ignored) {
    if (&ack_id != &summary.ignored.front()) body += ',';
    codec::append_json_string(body, ack_id);
  }
  body += "]}";
  return answer;
}

/// Lets a wait end when nobody waits for its answer any more.
std::shared_ptr<std::atomic<bool>> cancelled_with(const std::shared_ptr<exchange>& item) {
  auto cancelled = std::make_shared<std::atomic<bool>>(false);
  // Weak, for the connection keeps this for as long as the exchange is unanswered. A client that has only closed its
  // half of the connection is answered.
  item->when_unwanted([cancelled, weak = std::weak_ptr{item}] {
    *cancelled = true;
    if (const auto unanswered = weak.lock()) unanswered->respond(pull_answer({}));
  });
  return cancelled;
}

}  // namespace

void pull_events(api& calls, call& item) {
  if (const auto fault = check_optional_json_body(item.request())) return fail(*item.exchange, *fault);
  const auto body = codec::parse_pull(item.request().body);
  if (body.has_error()) return fail(*item.exchange, body.error());
  calls.events.subscriptions().pull(item.argument, body->max, body->wait, cancelled_with(item.exchange),
                                    reply_with<std::vector<leased_event>>(item.exchange, pull_answer));
}

void acknowledge_events(api& calls, call& item) {
  if (const auto fault = check_json_body(item.request())) return fail(*item.exchange, *fault);
  auto body = codec::parse_acknowledgements(item.request().body);
  if (body.has_error()) return fail(*item.exchange, body.error());
  std::vector<lease_result> results;
  results.reserve(body->size());
  for (codec::acknowledgement& one : *body) {
    results.push_back({.ack_id = std::move(one.ack_id),
                       .success = one.success,
                       .retry = one.retry,
                       .error = std::move(one.error),
                       .metadata = std::move(one.metadata)});
  }
  calls.events.subscriptions().acknowledge(item.argument, std::move(results),
                                           reply_with<ack_summary>(item.exchange, ack_answer));
}

}  // namespace eventmgr::transport
