#include "transport/http/streams.hpp"

#include "core/topic_levels.hpp"
#include "transport/common/parameter_reader.hpp"
#include "transport/common/time_parameter.hpp"
#include "transport/http/media_type.hpp"
#include "transport/http/sse_tail.hpp"

#include <optional>
#include <string>
#include <utility>

namespace eventmgr::transport {

namespace {

/// Where the stream begins: behind the last event that the client has seen, else at `since`, else now.
void read_start(parameter_reader& parameters, const http_request& request, time_point now, start_point& start) {
  const auto since = parameters.text("since");
  if (const auto seen = request.headers.find("Last-Event-ID"); seen && !seen->empty()) {
    auto place = parse_position(*seen);
    if (!place) return parameters.reject_header("Last-Event-ID", "is not a position of this server");
    start = std::move(*place);
    return;
  }
  if (!since) return;
  auto given = parse_start(*since, now);
  if (!given)
    return parameters.reject("since",
                             "must be earliest, now, an RFC 3339 time, a duration as 5m, an offset or a position");
  start = std::move(*given);
}

}  // namespace

void stream_events(api& calls, call& item) {
  parameter_reader parameters{item.query};
  tail_request request;
  for (const std::string_view text : parameters.all("topic")) {
    auto pattern = topic_pattern::parse(text);
    if (pattern.has_error()) {
      parameters.reject("topic", std::string{fault_of_levels(text, wildcards::allowed)});
    } else {
      request.topics.push_back(std::move(*pattern));
    }
  }
  if (request.topics.empty()) request.topics.emplace_back();
  request.filter = parameters.filter("filter");
  read_start(parameters, item.request(), calls.events.now(), request.start);
  if (const auto fault = parameters.fault()) return fail(*item.exchange, *fault);

  if (item.request().method == "HEAD") {
    item.exchange->stream(sse_tail::head(), {})->finish();
  } else {
    sse_tail::open(calls.events, std::move(request), item.exchange);
  }
}

void open_websocket(api& calls, call& item) {
  const bool named = item.request().headers.lists("Upgrade", "websocket");
  if (named && calls.upgrade && item.exchange->hand_over(calls.upgrade)) return;
  if (named && item.request().method == "GET") {
    return fail(*item.exchange, {.code = errc::invalid_request, .message = "the Connection field must list upgrade"});
  }
  item.exchange->common_headers().add("Upgrade", "websocket");
  fail(*item.exchange, {.code = errc::invalid_request, .message = "this path speaks WebSocket only"}, 426);
}

}  // namespace eventmgr::transport
