#include "codec/filter_codec.hpp"
#include "codec/redelivery_reader.hpp"
#include "codec/start_point_codec.hpp"
#include "core/topic_levels.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::size_t max_body_bytes = 1U << 20U;
constexpr std::size_t max_topics = 100;
constexpr std::size_t max_name_bytes = 255;

}  // namespace

result<replay_body> replay_reader::read(std::string_view object) {
  values_.members(object, "", names, [&](member which, std::string_view value, const std::string& pointer) {
    read_member(which, value, pointer);
  });
  if (!problems_.empty()) return invalid_request("the request to replay", std::move(problems_));
  return std::move(made_);
}

void replay_reader::read_member(member which, std::string_view value, const std::string& pointer) {
  switch (which) {
    case member::from:
      return read_place(value, pointer, made_.request.from);
    case member::to:
      return read_place(value, pointer, made_.request.to);
    case member::topic:
      return read_topics(value, pointer);
    case member::filter:
      return read_filter(value, pointer);
    case member::subscriptions:
      return read_subscriptions(value, pointer);
    case member::speed:
      made_.request.speed = values_.rate(value, pointer, replay_request::min_speed, replay_request::max_speed)
                                .value_or(made_.request.speed);
      return;
    case member::dry_run:
      made_.dry_run = values_.flag(value, pointer).value_or(false);
      return;
  }
}

void replay_reader::read_place(std::string_view value, const std::string& pointer, start_point& into) {
  if (auto place = read_start_point(value, now_)) {
    into = std::move(*place);
  } else {
    values_.fault(pointer, std::string{start_point_rule});
  }
}

void replay_reader::read_topics(std::string_view value, const std::string& pointer) {
  if (value.front() == '"') return read_topic(value, pointer);
  values_.elements(value, pointer, max_topics, "must be a pattern or a list of patterns",
                   [&](std::string_view element, const std::string& place) { read_topic(element, place); });
  if (value == "[]") values_.fault(pointer, "must not be empty");
}

void replay_reader::read_topic(std::string_view value, const std::string& pointer) {
  const auto text = string_value(value);
  if (!text) return values_.fault(pointer, "must be a string");
  auto pattern = topic_pattern::parse(*text);
  if (!pattern) return values_.fault(pointer, std::string{fault_of_levels(*text, wildcards::allowed)});
  auto& topics = made_.request.topics;
  if (std::ranges::find(topics, *pattern) == topics.end()) topics.push_back(std::move(*pattern));
}

void replay_reader::read_filter(std::string_view value, const std::string& pointer) {
  if (values_.is_trusting()) {
    if (value != "{}") made_.request.filter = value;
    return;
  }
  if (value.front() != '{') return values_.fault(pointer, "must be an object");
  const auto filter = parse_filter(value);
  if (!filter) {
    for (const problem& fault : filter.error().details) values_.fault(fault.pointer, fault.message);
  } else if (!filter->passes_everything()) {
    made_.request.filter = to_json(*filter);
  }
}

void replay_reader::read_subscriptions(std::string_view value, const std::string& pointer) {
  auto& named = made_.request.subscriptions;
  values_.elements(value, pointer, replay_request::max_subscriptions, "must be a list of ids or names",
                   [&](std::string_view element, const std::string& place) {
                     auto text = values_.text(element, place, 1, max_name_bytes);
                     if (text && std::ranges::find(named, *text) == named.end()) named.push_back(std::move(*text));
                   });
  // None would mean all.
  if (value == "[]") values_.fault(pointer, "must not be empty");
}

result<replay_body> parse_replay(std::string_view json, time_point now) {
  const auto compact = compact_body(json, "the request to replay", max_body_bytes);
  if (!compact) return compact.error();
  return replay_reader{value_reader::origin::client, now}.read(*compact);
}

result<replay_request> check_replay(const replay_request& request) {
  replay_request checked = request;
  if (!request.filter.empty()) {
    const auto filter = parse_filter(request.filter);
    if (!filter) return filter.error();
    checked.filter = to_json(*filter);
  }
  std::string text;
  object_writer object{text};
  write_members(object, checked);
  object.end();
  auto body = parse_replay(text, time_point{});
  if (!body) return body.error();
  return std::move(body->request);
}

}  // namespace eventmgr::codec
