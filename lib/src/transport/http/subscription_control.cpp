#include "transport/http/subscription_control.hpp"

#include "broker/delivery/subscription_face.hpp"
#include "codec/delivery_codec.hpp"
#include "codec/subscription_codec.hpp"
#include "transport/http/json_body.hpp"
#include "transport/http/json_reply.hpp"
#include "transport/http/page_parameters.hpp"

#include <utility>

namespace eventmgr::transport {

namespace {

/// Answers with the value's JSON.
template <class T>
reply<T> reply_json(const call& item) {
  return reply_with<T>(item.exchange, [](const T& value) -> http_response { return {.body = codec::to_json(value)}; });
}

resume_request::mode mode_of(codec::resume_mode mode) {
  switch (mode) {
    case codec::resume_mode::drain:
      return resume_request::mode::drain;
    case codec::resume_mode::skip:
      return resume_request::mode::skip;
    case codec::resume_mode::last:
      return resume_request::mode::last;
  }
  return resume_request::mode::drain;
}

}  // namespace

void pause_subscription(api& calls, call& item) {
  if (const auto fault = check_no_body(item.request())) return fail(*item.exchange, *fault);
  calls.events.subscriptions().pause(item.argument, reply_json<subscription_info>(item));
}

void resume_subscription(api& calls, call& item) {
  if (const auto fault = check_optional_json_body(item.request())) return fail(*item.exchange, *fault);
  const auto body = codec::parse_resume(item.request().body);
  if (body.has_error()) return fail(*item.exchange, body.error());
  calls.events.subscriptions().resume(item.argument, {.how = mode_of(body->mode), .keep = body->keep},
                                      reply_json<subscription_info>(item));
}

void seek_subscription(api& calls, call& item) {
  if (const auto fault = check_json_body(item.request())) return fail(*item.exchange, *fault);
  auto target = codec::parse_seek(item.request().body, calls.events.now());
  if (target.has_error()) return fail(*item.exchange, target.error());
  calls.events.subscriptions().seek(item.argument, std::move(*target), reply_json<subscription_info>(item));
}

void test_subscription(api& calls, call& item) {
  if (const auto fault = check_no_body(item.request())) return fail(*item.exchange, *fault);
  calls.events.subscriptions().test(item.argument, reply_json<delivery_attempt>(item));
}

void get_subscription_stats(api& calls, call& item) {
  calls.events.subscriptions().stats(item.argument, reply_json<subscription_stats>(item));
}

void list_subscription_attempts(api& calls, call& item) {
  parameter_reader parameters{item.query};
  const auto event = parameters.id<event_id>("event");
  page_parameters page = page_parameters::read(parameters);
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  calls.events.subscriptions().attempts(item.argument, event, std::move(page.cursor), page.limit,
                                        reply_json<attempt_page>(item));
}

}  // namespace eventmgr::transport
