#include "transport/ws/ws_message.hpp"

#include "codec/json_writer.hpp"
#include "transport/common/parameter_reader.hpp"
#include "transport/common/problem_json.hpp"
#include "transport/common/query_string.hpp"
#include "transport/common/time_parameter.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace eventmgr::transport {

namespace {

constexpr std::string_view not_supported = "is not supported by this release";

std::string opening(std::string_view type, std::string_view id_member, std::string_view id) {
  std::string out = R"({"type":")";
  out += type;
  out += '"';
  if (!id.empty()) {
    out += R"(,")";
    out += id_member;
    out += R"(":)";
    codec::append_json_string(out, id);
  }
  return out;
}

}  // namespace

result<ws_subscribe> parse_ws_target(std::string_view target, time_point now) {
  const std::size_t mark = target.find('?');
  auto query = query_string::parse(mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1));
  if (query.has_error()) return query.error();

  ws_subscribe wanted;
  parameter_reader reader{*query};
  for (const query_parameter& given : *query) {
    constexpr std::array<std::string_view, 3> known{"topic", "since", "filter"};
    constexpr std::array<std::string_view, 2> later{"options", "durable"};
    const auto is_given = [&](std::string_view name) { return query_string::same_name(given.name, name); };
    if (std::ranges::any_of(known, is_given)) continue;
    reader.reject(given.name, std::string{std::ranges::any_of(later, is_given) ? not_supported : "is not known"});
  }
  const auto topics = reader.all("topic");
  for (const std::string_view text : topics) {
    auto pattern = topic_pattern::parse(text);
    if (pattern.has_error()) {
      reader.reject("topic", pattern.error().message);
    } else {
      wanted.topics.push_back(std::move(*pattern));
    }
  }
  if (topics.size() > ws_request::max_topics) reader.reject("topic", "is given too often");
  if (const auto since = reader.text("since")) {
    auto start = parse_start(*since, now);
    if (!start) {
      reader.reject("since", "must be a time, a duration as 5m, an offset or a position");
    } else {
      wanted.start = std::move(*start);
    }
    if (topics.empty()) reader.reject("topic", "is required with since");
  }
  wanted.filter = reader.filter("filter");
  if (topics.empty() && query->find("filter") != nullptr) reader.reject("topic", "is required with filter");
  if (auto fault = reader.fault()) return std::move(*fault);
  return wanted;
}

std::string subscribed_message(std::string_view id, subscription_id subscription, const position& start) {
  std::string out = opening("subscribed", "id", id);
  out += R"(,"subscriptionId":")";
  append_to(out, subscription.value);
  out += R"(","position":")";
  append_to(out, start);
  out += R"("})";
  return out;
}

std::string unsubscribed_message(std::string_view id) { return opening("unsubscribed", "id", id) + '}'; }

std::string published_message(std::string_view id, event_id event, offset seq, bool duplicate) {
  std::string out = opening("published", "id", id);
  out += R"(,"eventId":")";
  append_to(out, event.value);
  out += R"(","seq":)";
  out += std::to_string(seq.value);
  out += duplicate ? R"(,"duplicate":true})" : R"(,"duplicate":false})";
  return out;
}

std::string pong_message(std::string_view id) { return opening("pong", "id", id) + '}'; }

std::string error_message(std::string_view id, const failure& why) {
  std::string out = opening("error", "id", id);
  out += R"(,"error":)";
  append_error(out, why);
  out += '}';
  return out;
}

std::string gap_message(std::string_view id, const position& from, const position& to) {
  std::string out = opening("gap", "subscription", id);
  out += R"(,"from":")";
  append_to(out, from);
  out += R"(","to":")";
  append_to(out, to);
  out += R"("})";
  return out;
}

std::string event_message_begin(std::string_view id) {
  return opening("event", "subscription", id) + R"(,"position":")";
}

}  // namespace eventmgr::transport
