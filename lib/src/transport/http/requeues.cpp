#include "transport/http/requeues.hpp"

#include "broker/delivery/redelivery_face.hpp"
#include "codec/redelivery_codec.hpp"
#include "transport/http/json_body.hpp"
#include "transport/http/json_reply.hpp"
#include "transport/http/page_parameters.hpp"

#include <string>
#include <utility>

namespace eventmgr::transport {

namespace {

reply<requeue_plan> answer_begun(const call& item) {
  return reply_with<requeue_plan>(item.exchange, [base = item.base](const requeue_plan& plan) {
    http_response answer{.status = 202, .body = codec::to_json_of_new(plan)};
    answer.headers.add("Location", std::string{base} + "/dead-letters/requeues/" + to_string(plan.id));
    return answer;
  });
}

http_response plan_answer(const requeue_plan& plan) { return {.body = codec::to_json(plan)}; }

}  // namespace

void requeue_dead_letter(api& calls, call& item) {
  const auto id = dead_letter_id::parse(item.argument);
  if (!id) return fail(*item.exchange, {.code = errc::not_found, .message = "no dead letter " + item.argument});
  if (const auto fault = check_optional_json_body(item.request())) return fail(*item.exchange, *fault);
  auto patch = codec::parse_requeue_patch(item.request().body);
  if (patch.has_error()) return fail(*item.exchange, patch.error());
  requeue_request request;
  request.which.ids = {*id};
  request.patch = std::move(*patch);
  calls.events.redeliveries().requeue(std::move(request), answer_begun(item));
}

void requeue_dead_letters(api& calls, call& item) {
  if (const auto fault = check_json_body(item.request())) return fail(*item.exchange, *fault);
  auto body = codec::parse_requeue(item.request().body, calls.events.now());
  if (body.has_error()) return fail(*item.exchange, body.error());
  redelivery_face& redeliveries = calls.events.redeliveries();
  if (!body->dry_run) {
    return redeliveries.requeue(std::move(body->request), answer_begun(item));
  }
  redeliveries.preview_requeue(
      std::move(body->request),
      reply_with<requeue_preview>(item.exchange, [](const requeue_preview& preview) -> http_response {
        return {.body = codec::to_json(preview)};
      }));
}

void list_requeues(api& calls, call& item) {
  parameter_reader parameters{item.query};
  page_parameters page = page_parameters::read(parameters);
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  calls.events.redeliveries().list_requeues(
      std::move(page.cursor), page.limit,
      reply_with<requeue_page>(
          item.exchange, [](const requeue_page& found) -> http_response { return {.body = codec::to_json(found)}; }));
}

// The routes give only UUIDs.

void get_requeue(api& calls, call& item) {
  const requeue_id id = requeue_id::parse(item.argument).value_or(requeue_id{});
  calls.events.redeliveries().find_requeue(id, reply_with<requeue_plan>(item.exchange, plan_answer));
}

void cancel_requeue(api& calls, call& item) {
  const requeue_id id = requeue_id::parse(item.argument).value_or(requeue_id{});
  calls.events.redeliveries().cancel_requeue(
      id,
      reply_with<requeue_plan>(item.exchange, [](const requeue_plan&) -> http_response { return {.status = 204}; }));
}

void resume_requeue(api& calls, call& item) {
  if (const auto fault = check_no_body(item.request())) return fail(*item.exchange, *fault);
  const requeue_id id = requeue_id::parse(item.argument).value_or(requeue_id{});
  calls.events.redeliveries().resume_requeue(id, reply_with<requeue_plan>(item.exchange, plan_answer));
}

}  // namespace eventmgr::transport
