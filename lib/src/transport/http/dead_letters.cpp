#include "transport/http/dead_letters.hpp"

#include "broker/delivery/redelivery_face.hpp"
#include "broker/delivery/subscription_face.hpp"
#include "codec/delivery_codec.hpp"
#include "codec/redelivery_codec.hpp"
#include "transport/http/json_body.hpp"
#include "transport/http/json_reply.hpp"
#include "transport/http/page_moment.hpp"
#include "transport/http/page_parameters.hpp"

#include <utility>

namespace eventmgr::transport {

namespace {

void read_state(parameter_reader& parameters, dead_letter_query& query) {
  const auto given = parameters.text("state");
  if (!given) return;
  query.state = parse_dead_letter_state(*given);
  if (!query.state && *given != "all") parameters.reject("state", "must be open, delivered, discarded or all");
}

void read_order(parameter_reader& parameters, dead_letter_query& query) {
  const auto given = parameters.text("order");
  if (!given || *given == "desc") return;
  if (*given != "asc") return parameters.reject("order", "must be asc or desc");
  query.oldest_first = true;
}

dead_letter_query read_filters(parameter_reader& parameters, time_point now) {
  dead_letter_query query;
  read_state(parameters, query);
  query.subscription = parameters.string("subscription");
  query.topic = parameters.pattern("topic");
  query.type = parameters.string("type");
  query.reason = parameters.string("reason");
  query.fingerprint = parameters.string("fingerprint");
  query.since = parameters.moment("since", now);
  query.until = parameters.moment("until", now);
  return query;
}

}  // namespace

void list_dead_letters(api& calls, call& item) {
  static_assert(page_parameters::max_limit == dead_letter_query::max_limit);
  parameter_reader parameters{item.query};
  page_parameters page = page_parameters::read(parameters);
  const page_moment asked{calls.events.now(), page.cursor};
  dead_letter_query query = read_filters(parameters, asked.at());
  read_order(parameters, query);
  query.limit = page.limit;
  query.cursor = std::move(page.cursor);
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  calls.events.subscriptions().query_dead_letters(
      std::move(query),
      asked.sealing(reply_with<dead_letter_page>(item.exchange, [](const dead_letter_page& found) -> http_response {
        return {.body = codec::to_json(found)};
      })));
}

void summarise_dead_letters(api& calls, call& item) {
  parameter_reader parameters{item.query};
  dead_letter_query query = read_filters(parameters, calls.events.now());
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  calls.events.redeliveries().summarise(
      std::move(query),
      reply_with<dead_letter_summary>(item.exchange, [](const dead_letter_summary& found) -> http_response {
        return {.body = codec::to_json(found)};
      }));
}

void get_dead_letter(api& calls, call& item) {
  const auto id = dead_letter_id::parse(item.argument);
  if (!id) return fail(*item.exchange, {.code = errc::not_found, .message = "no dead letter " + item.argument});
  calls.events.subscriptions().find_dead_letter(
      *id, reply_with<dead_letter>(item.exchange, [](const dead_letter& found) -> http_response {
        return {.body = codec::to_json(found)};
      }));
}

void discard_dead_letter(api& calls, call& item) {
  const auto id = dead_letter_id::parse(item.argument);
  if (!id) return fail(*item.exchange, {.code = errc::not_found, .message = "no dead letter " + item.argument});
  calls.events.redeliveries().discard_one(
      *id, reply_with<dead_letter>(item.exchange, [](const dead_letter&) -> http_response { return {.status = 204}; }));
}

void purge_dead_letters(api& calls, call& item) {
  if (const auto fault = check_json_body(item.request())) return fail(*item.exchange, *fault);
  auto body = codec::parse_purge(item.request().body, calls.events.now());
  if (body.has_error()) return fail(*item.exchange, body.error());
  const bool dry_run = body->dry_run;
  calls.events.redeliveries().discard(
      std::move(body->which), body->limit, dry_run,
      reply_with<discard_summary>(item.exchange, [dry_run](const discard_summary& done) -> http_response {
        return {.body = codec::purge_to_json(done.matched, done.discarded, dry_run)};
      }));
}

}  // namespace eventmgr::transport
