#include "codec/options_reader.hpp"

#include "codec/endpoint_rules.hpp"
#include "codec/start_point_codec.hpp"
#include "core/topic_levels.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr::codec {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds max_batch_wait = std::chrono::seconds{60};
constexpr milliseconds min_ack_timeout{100};
constexpr milliseconds max_ack_timeout = std::chrono::hours{1};
constexpr milliseconds max_age = std::chrono::hours{36'500 * 24};

}  // namespace

void options_reader::read(std::string_view object, const std::string& pointer) {
  values_.members(object, pointer, option_names, [&](option which, std::string_view value, const std::string& place) {
    given_at_[static_cast<std::size_t>(which)] = place;
    read_option(which, value, place);
  });
}

void options_reader::read_start(std::string_view value, const std::string& pointer) {
  auto start = read_start_point(value, defaults_.now);
  if (!start) return values_.fault(pointer, std::string{start_point_rule});
  if (is_given(option::start_from)) return values_.fault(pointer, "is given beside startFrom");
  made_.start_from = std::move(*start);
}

void options_reader::read_option(option which, std::string_view value, const std::string& pointer) {
  switch (which) {
    case option::priority: {
      const auto text = string_value(value);
      const auto least = parse_priority(text ? std::string_view{*text} : value);
      if (!least) return values_.fault(pointer, "must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3");
      made_.least_priority = *least;
      return;
    }
    case option::batch_size:
      return keep(made_.batch_size, values_.number(value, pointer, 1, subscription_options::max_batch_size));
    case option::batch_wait:
      return keep(made_.batch_wait, values_.duration(value, pointer, milliseconds{0}, max_batch_wait));
    case option::max_concurrency:
      return keep(made_.max_concurrency, values_.number(value, pointer, 1, subscription_options::max_max_concurrency));
    case option::ordering:
      return keep(made_.ordering,
                  values_.choice(value, pointer, parse_delivery_ordering, "must be priority, topic or key"));
    case option::ack_timeout:
      return keep(made_.ack_timeout, values_.duration(value, pointer, min_ack_timeout, max_ack_timeout));
    case option::retry_policy:
      return read_retry(value, pointer);
    case option::dead_letter_topic:
      return read_dead_letter_topic(value, pointer);
    case option::rate_limit:
      if (const auto rate = values_.number(value, pointer, 1, most_events_per_minute)) {
        made_.rate_limit_per_minute = static_cast<std::uint32_t>(*rate);
      }
      return;
    case option::start_from:
      if (auto start = read_start_point(value, defaults_.now)) {
        made_.start_from = std::move(*start);
      } else {
        values_.fault(pointer, std::string{start_point_rule});
      }
      return;
    case option::realtime:
      return keep(made_.realtime, values_.flag(value, pointer));
    case option::fallback_webhook:
      return read_fallback(value, pointer);
    case option::format:
      return keep(made_.format,
                  values_.choice(value, pointer, parse_delivery_format, "must be native, cloudevents or legacy"));
    case option::secret:
      return read_secret(value, pointer);
    case option::headers:
      return read_headers(value, pointer);
    case option::compression:
      return keep(made_.compression, values_.flag(value, pointer));
    case option::delivery_log:
      return keep(made_.delivery_log,
                  values_.choice(value, pointer, parse_delivery_log_mode, "must be failures or full"));
    case option::max_backlog:
      return read_backlog(value, pointer);
  }
}

void options_reader::read_retry(std::string_view value, const std::string& pointer) {
  retry_policy& policy = made_.retry;
  values_.members(value, pointer, retry_names, [&](retry_member which, std::string_view given, const std::string& at) {
    switch (which) {
      case retry_member::max_retries:
        return keep(policy.max_retries, values_.number(given, at, 0, most_retries));
      case retry_member::strategy:
        return keep(policy.strategy,
                    values_.choice(given, at, parse_backoff_strategy, "must be fixed, linear or exponential"));
      case retry_member::initial_delay:
        return keep(policy.initial_delay, values_.duration(given, at, milliseconds{0}, longest_retry_delay));
      case retry_member::max_delay:
        return keep(policy.max_delay, values_.duration(given, at, milliseconds{0}, longest_retry_delay));
      case retry_member::jitter:
        return keep(policy.jitter, values_.flag(given, at));
    }
  });
}

void options_reader::read_backlog(std::string_view value, const std::string& pointer) {
  backlog_limit limit;
  values_.members(value, pointer, backlog_names,
                  [&](backlog_member which, std::string_view given, const std::string& at) {
                    if (which == backlog_member::age) {
                      limit.age = values_.duration(given, at, std::chrono::seconds{1}, max_age);
                    } else {
                      limit.events = values_.number(given, at, 1, most_backlog_events);
                    }
                  });
  if (value == "{}" && !values_.is_trusting()) return values_.fault(pointer, "must have age, events or both");
  // What a later release limits by is no limit here.
  if (limit.age || limit.events) made_.max_backlog = limit;
}

void options_reader::read_dead_letter_topic(std::string_view value, const std::string& pointer) {
  const auto text = string_value(value);
  if (!text) return values_.fault(pointer, "must be a string");
  auto topic = topic_name::parse(*text);
  if (!topic) return values_.fault(pointer, std::string{fault_of_levels(*text, wildcards::refused)});
  made_.dead_letter_topic = std::move(*topic);
}

void options_reader::read_secret(std::string_view value, const std::string& pointer) {
  auto text = string_value(value);
  if (!text) return values_.fault(pointer, "must be a string");
  if (auto wrong = fault_of_secret(*text); wrong && !values_.is_trusting()) {
    return values_.fault(pointer, std::move(*wrong));
  }
  made_.secret = std::move(*text);
}

void options_reader::read_fallback(std::string_view value, const std::string& pointer) {
  auto text = string_value(value);
  if (!text) return values_.fault(pointer, "must be a string");
  if (auto wrong = fault_of_url(*text, channel_kind::webhook); wrong && !values_.is_trusting()) {
    return values_.fault(pointer, std::move(*wrong));
  }
  made_.fallback_webhook = std::move(*text);
}

void options_reader::read_headers(std::string_view value, const std::string& pointer) {
  if (value.front() != '{') return values_.fault(pointer, "must be an object of names and values");
  member_walker walker{value};
  json_member member;
  while (walker.next(member)) {
    std::string name = unescape(member.raw_key);
    const std::string place = pointer + pointer_to(name);
    if (made_.headers.size() == max_headers && !values_.is_trusting()) {
      return values_.fault(pointer, "must not have more than " + std::to_string(max_headers) + " headers");
    }
    auto text = string_value(member.value);
    if (!text) {
      values_.fault(place, "must be a string");
    } else if (auto wrong = fault_of_header(name, *text); wrong && !values_.is_trusting()) {
      values_.fault(place, std::move(*wrong));
    } else if (std::ranges::any_of(made_.headers, [&](const auto& other) { return same_header(other.first, name); })) {
      values_.fault(place, "is given more than once");
    } else {
      made_.headers.emplace_back(std::move(name), std::move(*text));
    }
  }
}

std::string options_reader::take_fallback_webhook() {
  given_at_[static_cast<std::size_t>(option::fallback_webhook)].clear();
  return std::exchange(made_.fallback_webhook, {});
}

void options_reader::check_channel(channel_kind channel) {
  for (std::size_t i = 0; i < given_at_.size(); ++i) {
    if (given_at_[i].empty() || applies_to(static_cast<option>(i), channel)) continue;
    values_.fault(given_at_[i], "means nothing to the channel " + std::string{to_string(channel)});
  }
  if (channel == channel_kind::websocket && is_given(option::secret) && !is_given(option::fallback_webhook)) {
    values_.fault(given_at_[static_cast<std::size_t>(option::secret)],
                  "signs webhooks: it means nothing to a websocket without fallbackWebhook");
  }
}

subscription_options options_reader::finish(channel_kind channel) && {
  if (!is_given(option::max_concurrency)) made_.max_concurrency = default_concurrency(channel);
  return std::move(made_);
}

}  // namespace eventmgr::codec
