#include "transport/http/dead_letters.hpp"

#include "broker/delivery/subscription_face.hpp"
#include "codec/delivery_codec.hpp"
#include "transport/http/json_reply.hpp"
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

dead_letter_query read_query(parameter_reader& parameters, time_point now) {
  static_assert(page_parameters::max_limit == dead_letter_query::max_limit);
  dead_letter_query query;
  read_state(parameters, query);
  query.subscription = parameters.string("subscription");
  query.topic = parameters.pattern("topic");
  query.type = parameters.string("type");
  query.reason = parameters.string("reason");
  query.since = parameters.moment("since", now);
  query.until = parameters.moment("until", now);
  page_parameters page = page_parameters::read(parameters);
  query.limit = page.limit;
  query.cursor = std::move(page.cursor);
  return query;
}

}  // namespace

void list_dead_letters(api& calls, call& item) {
  parameter_reader parameters{item.query};
  dead_letter_query query = read_query(parameters, calls.events.now());
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);
  calls.events.subscriptions().query_dead_letters(
      std::move(query), reply_with<dead_letter_page>(item.exchange, [](const dead_letter_page& page) -> http_response {
        return {.body = codec::to_json(page)};
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

}  // namespace eventmgr::transport
