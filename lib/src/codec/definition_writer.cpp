#include "codec/definition_writer.hpp"

#include "codec/definition_reader.hpp"
#include "codec/endpoint_rules.hpp"
#include "codec/option_table.hpp"
#include "codec/start_point_codec.hpp"

#include <string_view>

namespace eventmgr::codec {
namespace {

void write_topics(std::string& out, const std::vector<topic_pattern>& topics) {
  if (topics.size() == 1) return append_json_string(out, topics.front().str());
  out += '[';
  for (const topic_pattern& topic : topics) {
    if (&topic != &topics.front()) out += ',';
    append_json_string(out, topic.str());
  }
  out += ']';
}

void write_retry(std::string& out, const retry_policy& policy) {
  object_writer object{out};
  object.number("maxRetries", policy.max_retries);
  object.text("backoffStrategy", to_string(policy.strategy));
  object.number("initialDelay", policy.initial_delay.count());
  object.number("maxDelay", policy.max_delay.count());
  object.flag("jitter", policy.jitter);
  object.end();
}

void write_backlog(std::string& out, const backlog_limit& limit) {
  object_writer object{out};
  if (limit.age) object.text("age", format_duration(*limit.age));
  if (limit.events) object.number("events", *limit.events);
  object.end();
}

class options_writer {
 public:
  options_writer(std::string& out, const subscription_definition& definition, definition_form form)
      : options_{definition.options}, channel_{definition.channel}, form_{form}, object_{out} {}

  void write() {
    for (std::size_t i = 0; i < option_names.names.size(); ++i) {
      const auto which = static_cast<option>(i);
      if (form_ == definition_form::stored || applies_to(which, channel_)) write_option(which, option_names.names[i]);
    }
    object_.end();
  }

 private:
  void write_option(option which, std::string_view name) {
    switch (which) {
      case option::priority:
        return object_.text(name, to_string(options_.least_priority));
      case option::batch_size:
        return object_.number(name, options_.batch_size);
      case option::batch_wait:
        return object_.number(name, options_.batch_wait.count());
      case option::max_concurrency:
        return object_.number(name, options_.max_concurrency);
      case option::ordering:
        return object_.text(name, to_string(options_.ordering));
      case option::ack_timeout:
        return object_.number(name, options_.ack_timeout.count());
      case option::retry_policy:
        return write_retry(object_.key(name), options_.retry);
      case option::dead_letter_topic:
        if (options_.dead_letter_topic) object_.text(name, options_.dead_letter_topic->str());
        return;
      case option::rate_limit:
        if (options_.rate_limit_per_minute) object_.number(name, *options_.rate_limit_per_minute);
        return;
      case option::start_from:
        return append_start_point(object_.key(name), options_.start_from);
      case option::realtime:
        return object_.flag(name, options_.realtime);
      case option::fallback_webhook:
        if (!options_.fallback_webhook.empty()) object_.text(name, options_.fallback_webhook);
        return;
      case option::format:
        return object_.text(name, to_string(options_.format));
      case option::secret:
        if (!options_.secret.empty()) object_.text(name, is_masked() ? masked_secret : options_.secret);
        return;
      case option::headers:
        if (!options_.headers.empty()) write_headers(object_.key(name));
        return;
      case option::compression:
        return object_.flag(name, options_.compression);
      case option::delivery_log:
        return object_.text(name, to_string(options_.delivery_log));
      case option::max_backlog:
        if (options_.max_backlog) write_backlog(object_.key(name), *options_.max_backlog);
        return;
    }
  }

  void write_headers(std::string& out) {
    object_writer object{out};
    for (const auto& [name, value] : options_.headers) {
      object.text(name, is_masked() && is_sensitive_header(name) ? masked_header : std::string_view{value});
    }
    object.end();
  }

  bool is_masked() const noexcept { return form_ == definition_form::shown; }

  const subscription_options& options_;
  channel_kind channel_;
  definition_form form_;
  object_writer object_;
};

}  // namespace

void write_definition(object_writer& object, const subscription_definition& definition, definition_form form) {
  if (!definition.name.empty()) object.text("name", definition.name);
  write_topics(object.key("topic"), definition.topics);
  object.text("channel", to_string(definition.channel));
  if (!definition.endpoint.empty()) object.text("endpoint", definition.endpoint);
  object.key("filter") += definition.filter.empty() ? "{}" : definition.filter;
  options_writer{object.key("options"), definition, form}.write();
  object.text("description", definition.description);
  if (form == definition_form::stored && definition.options.old_secret) {
    object_writer old{object.key("oldSecret")};
    old.text("secret", definition.options.old_secret->secret);
    old.time("until", definition.options.old_secret->until);
    old.end();
  }
}

}  // namespace eventmgr::codec
