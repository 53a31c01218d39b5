#include "transport/http/replays.hpp"

#include "broker/delivery/redelivery_face.hpp"
#include "codec/redelivery_codec.hpp"
#include "transport/http/json_body.hpp"
#include "transport/http/json_reply.hpp"
#include "transport/http/page_parameters.hpp"

#include <string>
#include <utility>

namespace eventmgr::transport {

namespace {

reply<replay_info> answer_begun(const call& item) {
  return reply_with<replay_info>(item.exchange, [base = item.base](const replay_info& replay) {
    http_response answer{.status = 202, .body = codec::to_json(replay)};
    answer.headers.add("Location", std::string{base} + "/replay/" + to_string(replay.id));
    return answer;
  });
}

}  // namespace

void start_replay(api& calls, call& item) {
  if (const auto fault = check_json_body(item.request())) return fail(*item.exchange, *fault);
  auto body = codec::parse_replay(item.request().body, calls.events.now());
  if (body.has_error()) return fail(*item.exchange, body.error());
  redelivery_face& redeliveries = calls.events.redeliveries();
  if (!body->dry_run) {
    return redeliveries.replay(std::move(body->request), answer_begun(item));
  }
  redeliveries.preview_replay(
      std::move(body->request),
      reply_with<replay_preview>(item.exchange, [](const replay_preview& preview) -> http_response {
        return {.body = codec::to_json(preview)};
      }));
}

void list_replays(api& calls, call& item) {
  parameter_reader parameters{item.query};
  page_parameters page = page_parameters::read(parameters);
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  calls.events.redeliveries().list_replays(
      std::move(page.cursor), page.limit,
      reply_with<replay_page>(
          item.exchange, [](const replay_page& found) -> http_response { return {.body = codec::to_json(found)}; }));
}

// The routes give only UUIDs.

void get_replay(api& calls, call& item) {
  const replay_id id = replay_id::parse(item.argument).value_or(replay_id{});
  calls.events.redeliveries().find_replay(
      id, reply_with<replay_info>(item.exchange, [](const replay_info& found) -> http_response {
        return {.body = codec::to_json(found)};
      }));
}

void cancel_replay(api& calls, call& item) {
  const replay_id id = replay_id::parse(item.argument).value_or(replay_id{});
  calls.events.redeliveries().cancel_replay(
      id, reply_with<replay_info>(item.exchange, [](const replay_info&) -> http_response { return {.status = 204}; }));
}

}  // namespace eventmgr::transport
