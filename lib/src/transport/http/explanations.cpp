#include "transport/http/explanations.hpp"

#include "broker/explain/explain_face.hpp"
#include "codec/explain_codec.hpp"
#include "transport/http/event_body.hpp"
#include "transport/http/json_body.hpp"
#include "transport/http/json_reply.hpp"
#include "transport/http/page_parameters.hpp"

#include <optional>
#include <utility>

namespace eventmgr::transport {

namespace {

static_assert(page_parameters::max_limit == explain_request::max_limit);

explain_request read_request(parameter_reader& parameters) {
  explain_request which;
  which.subscription = parameters.string("subscription").value_or("");
  page_parameters page = page_parameters::read(parameters);
  which.limit = page.limit;
  which.cursor = std::move(page.cursor);
  return which;
}

/// The event that the path names. Without one, the call has been answered.
std::optional<event_id> event_of(const call& item) {
  const auto id = event_id::parse(item.argument);
  if (!id) fail(*item.exchange, {.code = errc::not_found, .message = "no event " + item.argument});
  return id;
}

template <class T>
reply<T> reply_json(const call& item) {
  return reply_with<T>(item.exchange, [](const T& value) -> http_response { return {.body = codec::to_json(value)}; });
}

}  // namespace

void explain_event(api& calls, call& item) {
  parameter_reader parameters{item.query};
  explain_request which = read_request(parameters);
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  if (const auto id = event_of(item)) {
    calls.events.explanations().explain(*id, std::move(which), reply_json<event_explanation>(item));
  }
}

void explain_unpublished(api& calls, call& item) {
  parameter_reader parameters{item.query};
  explain_request which = read_request(parameters);
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  auto decoded = read_event_body(calls, item.request());
  if (decoded.has_error()) return fail(*item.exchange, decoded.error());
  calls.events.explanations().explain_unpublished(std::move(*decoded), std::move(which),
                                                  reply_json<event_explanation>(item));
}

void list_event_deliveries(api& calls, call& item) {
  parameter_reader parameters{item.query};
  page_parameters page = page_parameters::read(parameters);
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  if (const auto id = event_of(item)) {
    calls.events.explanations().deliveries(*id, {.cursor = std::move(page.cursor), .limit = page.limit},
                                           reply_json<delivery_page>(item));
  }
}

void trace_event(api& calls, call& item) {
  if (const auto id = event_of(item)) {
    calls.events.explanations().trace(*id, reply_json<event_trace>(item));
  }
}

void backtest_subscription(api& calls, call& item) {
  if (const auto fault = check_json_body(item.request())) return fail(*item.exchange, *fault);
  auto request = codec::parse_backtest(item.request().body, calls.events.now());
  if (request.has_error()) return fail(*item.exchange, request.error());
  calls.events.explanations().backtest(std::move(*request), reply_json<backtest_result>(item));
}

}  // namespace eventmgr::transport
