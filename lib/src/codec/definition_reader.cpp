#include "codec/definition_reader.hpp"

#include "codec/endpoint_rules.hpp"
#include "codec/filter_codec.hpp"
#include "codec/pattern_list.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::size_t max_name_bytes = 255;
constexpr std::size_t max_description_bytes = 4096;

bool is_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= max_name_bytes && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

constexpr bool has_endpoint(channel_kind channel) noexcept {
  return channel == channel_kind::webhook || channel == channel_kind::websocket;
}

}  // namespace

definition_reader::definition_reader(definition_source source, const definition_defaults& defaults)
    : source_{source},
      values_{problems_,
              source == definition_source::store ? value_reader::origin::store : value_reader::origin::client},
      options_{values_, defaults} {}

void definition_reader::read(std::string_view object) {
  bool has_topic = false;
  values_.members(object, "", definition_names,
                  [&](definition_member which, std::string_view value, const std::string& pointer) {
                    has_topic = has_topic || which == definition_member::topic;
                    read_member(which, value, pointer);
                  });
  if (!has_topic) values_.fault("/topic", "is required");
}

void definition_reader::read_member(definition_member which, std::string_view value, const std::string& pointer) {
  switch (which) {
    case definition_member::name:
      return read_name(value, pointer);
    case definition_member::topic:
      return read_topics(value, pointer);
    case definition_member::channel:
    case definition_member::connection_type:
      return read_channel(value, pointer);
    case definition_member::endpoint:
      return read_endpoint(value, pointer);
    case definition_member::filter:
      return read_filter(value, pointer);
    case definition_member::options:
      return read_options(value, pointer);
    case definition_member::description:
      if (auto text = values_.text(value, pointer, 0, max_description_bytes)) made_.description = std::move(*text);
      return;
    case definition_member::old_secret:
      return read_old_secret(value, pointer);
  }
}

void definition_reader::read_name(std::string_view value, const std::string& pointer) {
  auto text = string_value(value);
  if (!text || (!values_.is_trusting() && !is_name(*text))) {
    return values_.fault(pointer, "must be 1 to 255 ASCII letters, digits, dots, dashes and underscores");
  }
  made_.name = std::move(*text);
}

void definition_reader::read_topics(std::string_view value, const std::string& pointer) {
  made_.topics = read_patterns(values_, value, pointer);
}

void definition_reader::read_channel(std::string_view value, const std::string& pointer) {
  if (has_channel_) return values_.fault(pointer, "is given beside another name of the channel");
  has_channel_ = true;
  const auto text = string_value(value);
  const auto channel = text ? parse_channel_kind(*text) : std::nullopt;
  if (!channel || (channel == channel_kind::callback && source_ == definition_source::client)) {
    return values_.fault(pointer, "must be webhook, websocket, stream or pull");
  }
  channel_ = channel;
}

void definition_reader::read_endpoint(std::string_view value, const std::string& pointer) {
  has_endpoint_ = true;
  if (auto text = values_.text(value, pointer, 1, max_endpoint_bytes)) made_.endpoint = std::move(*text);
}

void definition_reader::read_filter(std::string_view value, const std::string& pointer) {
  if (values_.is_trusting()) {
    if (value != "{}") made_.filter = value;
    return;
  }
  if (value.front() != '{') return values_.fault(pointer, "must be an object");
  const auto filter = parse_filter(value);
  if (!filter) {
    for (const problem& fault : filter.error().details) values_.fault(fault.pointer, fault.message);
  } else if (!filter->passes_everything()) {
    made_.filter = to_json(*filter);
  }
}

void definition_reader::read_old_secret(std::string_view value, const std::string& pointer) {
  if (!values_.is_trusting()) return values_.fault(pointer, "is not known");
  retired_secret old;
  values_.members(value, pointer, retired_names,
                  [&](retired_member which, std::string_view given, const std::string& place) {
                    if (which == retired_member::secret) {
                      old.secret = string_value(given).value_or(std::string{});
                    } else if (const auto until = values_.choice(given, place, parse_rfc3339, "must be a time")) {
                      old.until = *until;
                    }
                  });
  old_secret_ = std::move(old);
}

void definition_reader::imply_channel() {
  if (has_channel_ || channel_) return;
  if (has_endpoint_) {
    channel_ = channel_of_url(made_.endpoint);
    if (!channel_ && !made_.endpoint.empty()) {
      values_.fault("/endpoint", "must be a URL of http, https, ws or wss");
    }
  } else if (options_.asks_for_realtime() && !options_.fallback_webhook().empty()) {
    channel_ = channel_kind::webhook;
    made_.endpoint = options_.take_fallback_webhook();
  } else {
    values_.fault("/channel", "is required where no endpoint implies it: webhook, websocket, stream or pull");
  }
}

void definition_reader::check_endpoint(channel_kind channel) {
  if (!has_endpoint(channel)) {
    if (has_endpoint_) {
      values_.fault("/endpoint", "means nothing to the channel " + std::string{to_string(channel)});
    }
  } else if (!made_.endpoint.empty()) {
    if (auto wrong = fault_of_url(made_.endpoint, channel)) values_.fault("/endpoint", std::move(*wrong));
  } else if (!has_endpoint_) {
    values_.fault("/endpoint", "is required");
  }
}

result<subscription_definition> definition_reader::finish() {
  imply_channel();
  if (channel_ && !values_.is_trusting()) {
    check_endpoint(*channel_);
    options_.check_channel(*channel_);
  }
  // Where no channel could be told, a fault says so.
  if (!channel_ || values_.has_faults()) return invalid_request("the subscription", std::move(problems_));
  made_.channel = *channel_;
  made_.options = std::move(options_).finish(*channel_);
  made_.options.old_secret = std::move(old_secret_);
  return std::move(made_);
}

}  // namespace eventmgr::codec
