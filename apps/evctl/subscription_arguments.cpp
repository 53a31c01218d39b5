#include "subscription_arguments.hpp"

#include "client/request_writer.hpp"
#include "codec/object_writer.hpp"
#include "input.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string_view>

namespace eventmgr::evctl {
namespace {

using codec::object_writer;

failure refuse(std::string_view option, const std::string& why) {
  return failure{errc::invalid_request, std::string{option} + " " + why};
}

/// Writes the members of the definition that were given, and keeps the first thing that is wrong.
class definition_writer {
 public:
  definition_writer(const subscription_arguments& given, empty_text empty, session& here)
      : given_{given}, empty_{empty}, here_{here} {}

  result<std::string> write() {
    std::string out;
    object_writer object{out};
    text(object, "name", "--name", given_.name);
    if (given_.topics.size() == 1) object.text("topic", given_.topics.front());
    if (given_.topics.size() > 1) object.key("topic") += client::write_texts(given_.topics);
    text(object, "channel", "--channel", given_.channel);
    text(object, "endpoint", "--endpoint", given_.endpoint);
    write_filter(object);
    text(object, "description", "--description", given_.description);
    if (const auto options = write_options(); options != "{}") object.key("options") += options;
    object.end();
    if (fault_) return *std::move(fault_);
    return out;
  }

 private:
  std::string write_options() {
    std::string out;
    object_writer options{out};
    text(options, "priority", "--priority", given_.priority);
    number(options, "batchSize", "--batch-size", given_.batch_size);
    duration(options, "batchWaitMs", "--batch-wait", given_.batch_wait);
    number(options, "maxConcurrency", "--max-concurrency", given_.max_concurrency);
    text(options, "ordering", "--ordering", given_.ordering);
    duration(options, "ackTimeoutMs", "--ack-timeout", given_.ack_timeout);
    nested(options, "retryPolicy", write_retry());
    text(options, "deadLetterTopic", "--dead-letter-topic", given_.dead_letter_topic);
    number(options, "rateLimitPerMinute", "--rate-limit", given_.rate_limit);
    text(options, "startFrom", "--start-from", given_.start_from);
    flag(options, "realtime", given_.realtime);
    text(options, "fallbackWebhook", "--fallback-webhook", given_.fallback_webhook);
    text(options, "format", "--format", given_.format);
    write_secret(options);
    nested(options, "headers", write_headers());
    flag(options, "compression", given_.compression);
    text(options, "deliveryLog", "--delivery-log", given_.delivery_log);
    nested(options, "maxBacklog", write_backlog());
    options.end();
    return out;
  }

  std::string write_retry() {
    std::string out;
    object_writer policy{out};
    number(policy, "maxRetries", "--max-retries", given_.max_retries);
    text(policy, "backoffStrategy", "--backoff", given_.backoff);
    duration(policy, "initialDelay", "--initial-delay", given_.initial_delay);
    duration(policy, "maxDelay", "--max-delay", given_.max_delay);
    flag(policy, "jitter", given_.jitter);
    policy.end();
    return out;
  }

  std::string write_backlog() {
    std::string out;
    object_writer limit{out};
    duration(limit, "age", "--max-backlog-age", given_.max_backlog_age);
    number(limit, "events", "--max-backlog", given_.max_backlog);
    limit.end();
    return out;
  }

  std::string write_headers() {
    std::string out;
    object_writer headers{out};
    for (const auto& line : given_.headers) {
      const auto colon = line.find(':');
      if (colon == 0 || colon == std::string::npos) {
        note(refuse("--header", "must be as \"Name: value\""));
        continue;
      }
      const auto begin = line.find_first_not_of(" \t", colon + 1);
      const std::optional<std::string> value{begin == std::string::npos ? "" : line.substr(begin)};
      text(headers, line.substr(0, colon), "--header", value);
    }
    headers.end();
    return out;
  }

  void write_filter(object_writer& object) {
    if (!given_.filter) return;
    if (given_.filter->empty()) return text(object, "filter", "--filter", given_.filter);
    auto filter = read_json_argument("--filter", *given_.filter, here_.stop());
    if (!filter) return note(filter.error());
    object.key("filter") += *filter;
  }

  void write_secret(object_writer& options) {
    if (!given_.secret_file) return;
    if (given_.secret_file->empty()) return text(options, "secret", "--secret-file", given_.secret_file);
    const auto secret = read_secret_file(*given_.secret_file, "secret");
    if (!secret) return note(secret.error());
    options.text("secret", *secret);
  }

  void text(object_writer& object, std::string_view member, std::string_view option,
            const std::optional<std::string>& value) {
    if (!value) return;
    if (!value->empty()) {
      object.text(member, *value);
    } else if (empty_ == empty_text::resets) {
      object.null(member);
    } else {
      note(refuse(option, "must not be empty"));
    }
  }

  void duration(object_writer& object, std::string_view member, std::string_view option,
                const std::optional<std::string>& value) {
    if (value && !value->empty() && !parse_duration(*value)) {
      return note(refuse(option, "must be a duration such as 500ms, 30s or 5m"));
    }
    text(object, member, option, value);
  }

  /// Digits, or nothing: see `whole_number`.
  void number(object_writer& object, std::string_view member, std::string_view option,
              const std::optional<std::string>& value) {
    if (!value || value->empty()) return text(object, member, option, value);
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
  const empty_text empty_;
  session& here_;
  std::optional<failure> fault_{};
};

/// Digits; or nothing, by which an edit takes an option back to its default.
CLI::Validator whole_number() {
  return {[](std::string& text) {
            // As long as every number of so many digits is one of the daemon's.
            constexpr std::size_t most_digits = 18;
            const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
            const bool plain = text.size() < 2 || text.front() != '0';
            const bool good = digits && plain && text.size() <= most_digits;
            return good ? std::string{} : "takes a whole number, not " + text;
          },
          ""};
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
      ->check(whole_number());
  command.add_option("--batch-wait", into.batch_wait, "How long a delivery waits to be full")->type_name("DURATION");
  command.add_option("--max-concurrency", into.max_concurrency, "Deliveries in flight; of streams and pull, events")
      ->type_name("N")
      ->check(whole_number());
  command.add_option("--ack-timeout", into.ack_timeout, "How long one attempt may take")->type_name("DURATION");
  command.add_option("--rate-limit", into.rate_limit, "Events a minute")->type_name("N")->check(whole_number());
  command.add_option("--max-backlog", into.max_backlog, "Beyond so many events behind, the oldest are skipped")
      ->type_name("N")
      ->check(whole_number());
  command.add_option("--max-backlog-age", into.max_backlog_age, "Events that waited longer are skipped")
      ->type_name("DURATION");
  command.add_option("--delivery-log", into.delivery_log, "Which attempts are kept: failures or full")
      ->type_name("MODE")
      ->check(CLI::IsMember({"failures", "full"}));
}

void add_retry_options(CLI::App& command, subscription_arguments& into) {
  command.add_option("--max-retries", into.max_retries, "Attempts after the first, until it is a dead letter")
      ->type_name("N")
      ->check(whole_number());
  command.add_option("--backoff", into.backoff, "How delays grow: fixed, linear or exponential")
      ->type_name("STRATEGY")
      ->check(CLI::IsMember({"fixed", "linear", "exponential"}));
  command.add_option("--initial-delay", into.initial_delay, "Before the first retry")->type_name("DURATION");
  command.add_option("--max-delay", into.max_delay, "The longest before a retry")->type_name("DURATION");
  add_switch(command, "jitter", "Draw each delay from its upper half", into.jitter);
  command.add_option("--dead-letter-topic", into.dead_letter_topic, "Where to publish a copy of each dead letter")
      ->type_name("TOPIC");
}

void add_message_options(CLI::App& command, subscription_arguments& into) {
  command.add_option("--format", into.format, "What a delivery looks like: native, cloudevents or legacy")
      ->type_name("NAME")
      ->check(CLI::IsMember({"native", "cloudevents", "legacy"}));
  command.add_option("--secret-file", into.secret_file, "A file with the secret that deliveries are signed with")
      ->type_name("FILE");
  command.add_option("--header", into.headers, "Sent with each delivery, as \"Name: value\"; may be repeated")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  add_switch(command, "compression", "Compress deliveries", into.compression);
  add_switch(command, "realtime", "Use an attached WebSocket instead of the webhook while there is one", into.realtime);
  command.add_option("--fallback-webhook", into.fallback_webhook, "Used while a websocket is not connected")
      ->type_name("URL");
}

}  // namespace

void add_subscription_options(CLI::App& command, subscription_arguments& into) {
  command.add_option("--name", into.name, "What it is called");
  command.add_option("--topic", into.topics, "A pattern of topics; may be repeated")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  command.add_option("--endpoint", into.endpoint, "Where to deliver: an http, https, ws or wss address")
      ->type_name("URL");
  command.add_option("--filter", into.filter, "Deliver only what passes: JSON, @FILE, or - for standard input")
      ->type_name("JSON");
  command.add_option("--description", into.description, "What it is for")->type_name("TEXT");
  command.add_option("--priority", into.priority, "Deliver only events of at least this priority")->type_name("NAME");
  add_delivery_options(command, into);
  add_retry_options(command, into);
  add_message_options(command, into);
}

void add_creation_options(CLI::App& command, subscription_arguments& into) {
  command.add_option("--channel", into.channel, "webhook, websocket, stream or pull; by default what the address says")
      ->type_name("NAME")
      ->check(CLI::IsMember({"webhook", "websocket", "stream", "pull"}));
  command.add_option("--ordering", into.ordering, "priority, topic or key")
      ->type_name("NAME")
      ->check(CLI::IsMember({"priority", "topic", "key"}));
  command.add_option("--start-from", into.start_from, "now, earliest, a time, so long ago (5m), or a position")
      ->type_name("WHEN");
}

result<std::string> write_subscription(const subscription_arguments& given, empty_text empty, session& here) {
  return definition_writer{given, empty, here}.write();
}

}  // namespace eventmgr::evctl
