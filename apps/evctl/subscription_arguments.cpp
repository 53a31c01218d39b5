#include "subscription_arguments.hpp"

#include "client/request_writer.hpp"
#include "clock_text.hpp"
#include "codec/object_writer.hpp"
#include "codec/option_table.hpp"
#include "input.hpp"
#include "option_check.hpp"

#include <CLI/CLI.hpp>

#include <string_view>

namespace eventmgr::evctl {
namespace {

using codec::object_writer;

/// Writes the members of the definition that were given, and keeps the first thing that is wrong.
class definition_writer {
 public:
  definition_writer(const subscription_arguments& given, session& here) : given_{given}, here_{here} {}

  result<std::string> write() {
    std::string out;
    object_writer object{out};
    text(object, "name", given_.name);
    if (given_.topics.size() == 1) object.text("topic", given_.topics.front());
    if (given_.topics.size() > 1) object.key("topic") += client::write_texts(given_.topics);
    text(object, "channel", given_.channel);
    text(object, "endpoint", given_.endpoint);
    write_filter(object);
    text(object, "description", given_.description);
    if (const auto options = write_options(); options != "{}") object.key("options") += options;
    object.end();
    if (fault_) return *std::move(fault_);
    return out;
  }

 private:
  std::string write_options() {
    std::string out;
    object_writer options{out};
    text(options, "priority", given_.priority);
    number(options, "batchSize", given_.batch_size);
    text(options, "batchWaitMs", given_.batch_wait);
    number(options, "maxConcurrency", given_.max_concurrency);
    text(options, "ordering", given_.ordering);
    text(options, "ackTimeoutMs", given_.ack_timeout);
    nested(options, "retryPolicy", write_retry());
    text(options, "deadLetterTopic", given_.dead_letter_topic);
    number(options, "rateLimitPerMinute", given_.rate_limit);
    text(options, "startFrom", given_.start_from);
    flag(options, "realtime", given_.realtime);
    text(options, "fallbackWebhook", given_.fallback_webhook);
    text(options, "format", given_.format);
    write_secret(options);
    nested(options, "headers", write_headers());
    flag(options, "compression", given_.compression);
    text(options, "deliveryLog", given_.delivery_log);
    nested(options, "maxBacklog", write_backlog());
    options.end();
    return out;
  }

  std::string write_retry() {
    std::string out;
    object_writer policy{out};
    number(policy, "maxRetries", given_.max_retries);
    text(policy, "backoffStrategy", given_.backoff);
    text(policy, "initialDelay", given_.initial_delay);
    text(policy, "maxDelay", given_.max_delay);
    flag(policy, "jitter", given_.jitter);
    policy.end();
    return out;
  }

  std::string write_backlog() {
    std::string out;
    object_writer limit{out};
    text(limit, "age", given_.max_backlog_age);
    number(limit, "events", given_.max_backlog);
    limit.end();
    return out;
  }

  std::string write_headers() {
    std::string out;
    object_writer headers{out};
    for (const auto& line : given_.headers) {
      const auto colon = line.find(':');
      const auto begin = line.find_first_not_of(" \t", colon + 1);
      const std::optional<std::string> value{begin == std::string::npos ? "" : line.substr(begin)};
      text(headers, line.substr(0, colon), value);
    }
    headers.end();
    return out;
  }

  void write_filter(object_writer& object) {
    if (!given_.filter) return;
    if (given_.filter->empty()) return text(object, "filter", given_.filter);
    auto filter = read_json_argument("--filter", *given_.filter, here_.stop());
    if (!filter) return note(filter.error());
    object.key("filter") += *filter;
  }

  void write_secret(object_writer& options) {
    if (!given_.secret_file) return;
    if (given_.secret_file->empty()) return text(options, "secret", given_.secret_file);
    const auto secret = read_secret_file(*given_.secret_file, "secret");
    if (!secret) return note(secret.error());
    options.text("secret", *secret);
  }

  /// Empty text is there only where it takes the option back, as null does in a merge patch.
  static void text(object_writer& object, std::string_view member, const std::optional<std::string>& value) {
    if (!value) return;
    if (value->empty()) {
      object.null(member);
    } else {
      object.text(member, *value);
    }
  }

  /// Digits, or nothing: see `number_or_empty`.
  static void number(object_writer& object, std::string_view member, const std::optional<std::string>& value) {
    if (!value || value->empty()) return text(object, member, value);
    object.key(member) += *value;
  }

  static void flag(object_writer& object, std::string_view member, const std::optional<bool>& value) {
    if (value) object.flag(member, *value);
  }

  static void nested(object_writer& object, std::string_view member, const std::string& json) {
    if (json != "{}") object.key(member) += json;
  }

  void note(failure why) {
    if (!fault_) fault_ = std::move(why);
  }

  const subscription_arguments& given_;
  session& here_;
  std::optional<failure> fault_{};
};

/// Digits; or nothing, by which an edit takes an option back to its default.
CLI::Validator number_or_empty(std::uint64_t least, std::uint64_t most) {
  return empty_or(whole_number_between(least, most));
}

/// In a change, a header without a value is taken away.
CLI::Validator header_with_value() {
  const auto holds = [](const std::string& text) {
    return text.find_first_not_of(" \t", text.find(':') + 1) != std::string::npos;
  };
  return value_that(holds, "a value after the colon");
}

CLI::Validator start_value() {
  const auto holds = [](const std::string& text) {
    return text == "now" || text == "earliest" || parse_moment(text) || parse_position(text);
  };
  return value_that(holds,
                    "now, earliest, a time such as 2026-01-02T03:04:05Z, a duration back from now such as 5m, or a "
                    "position");
}

/// A pair of flags: --name and --no-name.
void add_switch(CLI::App& command, const std::string& name, const std::string& description, std::optional<bool>& into) {
  auto* yes = command.add_flag_callback(
      "--" + name, [&into] { into = true; }, description);
  command
      .add_flag_callback(
          "--no-" + name, [&into] { into = false; }, "Do not")
      ->excludes(yes);
}

void add_delivery_options(CLI::App& command, subscription_arguments& into) {
  command.add_option("--batch-size", into.batch_size, "The most events in one delivery")
      ->type_name("N")
      ->check(number_or_empty(1, subscription_options::max_batch_size));
  command.add_option("--batch-wait", into.batch_wait, "How long a delivery waits to be full")
      ->type_name("DURATION")
      ->check(empty_or(duration_value()));
  command.add_option("--max-concurrency", into.max_concurrency, "Deliveries in flight; of streams and pull, events")
      ->type_name("N")
      ->check(number_or_empty(1, subscription_options::max_max_concurrency));
  command.add_option("--ack-timeout", into.ack_timeout, "How long one attempt may take")
      ->type_name("DURATION")
      ->check(empty_or(duration_value()));
  command.add_option("--rate-limit", into.rate_limit, "Events a minute")
      ->type_name("N")
      ->check(number_or_empty(1, codec::most_events_per_minute));
  command.add_option("--max-backlog", into.max_backlog, "Beyond so many events behind, the oldest are skipped")
      ->type_name("N")
      ->check(number_or_empty(1, codec::most_backlog_events));
  command.add_option("--max-backlog-age", into.max_backlog_age, "Events that waited longer are skipped")
      ->type_name("DURATION")
      ->check(empty_or(duration_value()));
  command.add_option("--delivery-log", into.delivery_log, "Which attempts are kept: failures or full")
      ->type_name("MODE")
      ->check(one_of({"failures", "full"}));
}

void add_retry_options(CLI::App& command, subscription_arguments& into) {
  command.add_option("--max-retries", into.max_retries, "Attempts after the first, until it is a dead letter")
      ->type_name("N")
      ->check(number_or_empty(0, codec::most_retries));
  command.add_option("--backoff", into.backoff, "How delays grow: fixed, linear or exponential")
      ->type_name("STRATEGY")
      ->check(one_of({"fixed", "linear", "exponential"}));
  command.add_option("--initial-delay", into.initial_delay, "Before the first retry")
      ->type_name("DURATION")
      ->check(empty_or(duration_value()));
  command.add_option("--max-delay", into.max_delay, "The longest before a retry")
      ->type_name("DURATION")
      ->check(empty_or(duration_value()));
  add_switch(command, "jitter", "Draw each delay from its upper half", into.jitter);
  command.add_option("--dead-letter-topic", into.dead_letter_topic, "Where to publish a copy of each dead letter")
      ->type_name("TOPIC");
}

void add_message_options(CLI::App& command, subscription_arguments& into, empty_text empty) {
  command.add_option("--format", into.format, "What a delivery looks like: native, cloudevents or legacy")
      ->type_name("NAME")
      ->check(one_of({"native", "cloudevents", "legacy"}));
  command.add_option("--secret-file", into.secret_file, "A file with the secret that deliveries are signed with")
      ->type_name("FILE");
  auto* header =
      command.add_option("--header", into.headers, "Sent with each delivery, as \"Name: value\"; may be repeated")
          ->type_name("TEXT")
          ->allow_extra_args(false)
          ->check(header_value());
  if (empty == empty_text::refused) header->check(header_with_value());
  add_switch(command, "compression", "Compress deliveries", into.compression);
  add_switch(command, "realtime", "Use an attached WebSocket instead of the webhook while there is one", into.realtime);
  command.add_option("--fallback-webhook", into.fallback_webhook, "Used while a websocket is not connected")
      ->type_name("URL")
      ->check(empty_or(fallback_url()));
}

}  // namespace

void add_subscription_options(CLI::App& command, subscription_arguments& into, empty_text empty) {
  command.add_option("--name", into.name, "What it is called");
  command.add_option("--topic", into.topics, "A pattern of topics; may be repeated")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  command.add_option("--endpoint", into.endpoint, "Where to deliver: an http, https, ws or wss address")
      ->type_name("URL")
      ->check(empty_or(endpoint_url()));
  command.add_option("--filter", into.filter, "Deliver only what passes: JSON, @FILE, or - for standard input")
      ->type_name("JSON");
  command.add_option("--description", into.description, "What it is for")->type_name("TEXT");
  command.add_option("--priority", into.priority, "Deliver only events of at least this priority")
      ->type_name("NAME")
      ->check(priority_value());
  add_delivery_options(command, into);
  add_retry_options(command, into);
  add_message_options(command, into, empty);
  if (empty == empty_text::resets) return;
  for (auto* option : command.get_options()) option->check(not_empty());
}

void add_creation_options(CLI::App& command, subscription_arguments& into) {
  command.add_option("--channel", into.channel, "webhook, websocket, stream or pull; by default what the address says")
      ->type_name("NAME")
      ->check(one_of({"webhook", "websocket", "stream", "pull"}));
  command.add_option("--ordering", into.ordering, "priority, topic or key")
      ->type_name("NAME")
      ->check(one_of({"priority", "topic", "key"}));
  command.add_option("--start-from", into.start_from, "now, earliest, a time, so long ago (5m), or a position")
      ->type_name("WHEN")
      ->check(start_value());
}

result<std::string> write_subscription(const subscription_arguments& given, session& here) {
  return definition_writer{given, here}.write();
}

}  // namespace eventmgr::evctl
