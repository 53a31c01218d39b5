#include "transport/http/subscriptions.hpp"

#include "broker/delivery/subscription_face.hpp"
#include "codec/subscription_codec.hpp"
#include "transport/http/json_body.hpp"
#include "transport/http/json_reply.hpp"
#include "transport/http/page_parameters.hpp"

#include <string>
#include <utility>

namespace eventmgr::transport {

namespace {

codec::definition_defaults defaults_for(const api& calls) {
  return {.retry = calls.retry->get(), .now = calls.events.now()};
}

http_response info_answer(const subscription_info& info) { return {.body = codec::to_json(info)}; }

http_response creation_answer(const created_subscription& done, std::string_view base) {
  http_response answer{.status = done.created ? 201U : 200U, .body = codec::to_json(done.info, done.hints)};
  if (done.created) answer.headers.add("Location", std::string{base} + "/subscriptions/" + to_string(done.info.id));
  return answer;
}

}  // namespace

void list_subscriptions(api& calls, call& item) {
  parameter_reader parameters{item.query};
  page_parameters page = page_parameters::read(parameters);
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  calls.events.subscriptions().list(
      std::move(page.cursor), page.limit,
      reply_with<subscription_page>(item.exchange, [](const subscription_page& found) -> http_response {
        return {.body = codec::to_json(found)};
      }));
}

void create_subscription(api& calls, call& item) {
  if (const auto fault = check_json_body(item.request())) return fail(*item.exchange, *fault);
  auto definition = codec::parse_subscription(item.request().body, defaults_for(calls));
  if (definition.has_error()) return fail(*item.exchange, definition.error());
  calls.events.subscriptions().create(
      std::move(*definition),
      reply_with<created_subscription>(
          item.exchange, [base = item.base](const created_subscription& done) { return creation_answer(done, base); }));
}

void get_subscription(api& calls, call& item) {
  calls.events.subscriptions().find(item.argument, reply_with<subscription_info>(item.exchange, info_answer));
}

void patch_subscription(api& calls, call& item) {
  if (const auto fault = check_merge_patch_body(item.request())) return fail(*item.exchange, *fault);
  // The core reads it on its own thread, against what is stored then: it must not be long.
  if (item.request().body.size() > codec::max_definition_bytes) {
    return fail(*item.exchange,
                {.code = errc::too_large,
                 .message = "a change has at most " + std::to_string(codec::max_definition_bytes) + " bytes"});
  }
  auto change = [patch = std::move(item.request().body), defaults = defaults_for(calls)](
                    const subscription_definition& existing) { return codec::apply_patch(existing, patch, defaults); };
  calls.events.subscriptions().update(item.argument, std::move(change),
                                      reply_with<subscription_info>(item.exchange, info_answer));
}

void delete_subscription(api& calls, call& item) {
  calls.events.subscriptions().remove(
      item.argument,
      reply_with<std::monostate>(item.exchange, [](std::monostate) -> http_response { return {.status = 204}; }));
}

}  // namespace eventmgr::transport
