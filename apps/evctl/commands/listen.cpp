#include "../clock_text.hpp"
#include "../command.hpp"
#include "../json_text.hpp"
#include "../option_check.hpp"
#include "../tail_news.hpp"
#include "codec/object_writer.hpp"
#include "stream_arguments.hpp"

#include <eventmgr/client_webhook.hpp>

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr::evctl {
namespace {

constexpr std::string_view subscription_name = "evctl-listen";

struct listen_options {
  stream_arguments stream{};
  std::string url{};
  std::string secret{};
  std::string timeout{"30s"};
  std::vector<std::string> headers{};
};

/// One event and what its receiver made of it.
struct relayed {
  time_point at{};
  std::string event{};
  unsigned status{0};  ///< 0: there was no answer
  bool success{false};
  std::string error{};
  std::optional<std::chrono::milliseconds> duration{};
};

std::string to_json(const relayed& item) {
  const auto member = [&](std::string_view pointer) { return member_text(item.event, pointer).value_or(""); };
  std::string out;
  codec::object_writer object{out};
  object.time("at", item.at);
  object.text("eventId", member("/id"));
  object.text("topic", member("/topic"));
  object.text("type", member("/type"));
  object.key("seq") += member("/seq");
  object.flag("success", item.success);
  if (item.status > 0) {
    object.number("status", item.status);
  } else {
    object.null("status");
  }
  object.text_or_null("error", item.error);
  if (item.duration) object.number("durationMs", item.duration->count());
  object.end();
  return out;
}

std::string to_line(const relayed& item, const printer& out) {
  const auto member = [&](std::string_view pointer) {
    return printable(member_text(item.event, pointer).value_or(""));
  };
  const auto status = item.status > 0 ? std::to_string(item.status) : std::string{"---"};
  std::string text = out.paint(format_rfc3339(item.at), style::faint) + " " +
                     out.paint(status, item.success ? style::green : style::red);
  if (item.duration) text += " " + std::to_string(item.duration->count()) + " ms";
  text += " " + out.paint(member("/topic"), style::cyan) + " " + member("/id");
  if (!item.error.empty()) text += " " + printable(item.error);
  return text;
}

/// Posts each event, and prints the answer. Nothing is tried again: who watches can publish again.
class relay final : public tail_news {
 public:
  relay(session& here, client::webhook_options receiver, std::uint64_t wanted)
      : tail_news{here}, receiver_{std::move(receiver)}, wanted_{wanted} {}

  client::tail_step on_event(const client::tail_event& item) override {
    item.link.keep_alive();
    relayed done{.at = now(), .event = std::string{item.json}};
    const auto id = event_id::parse(member_text(item.json, "/id").value_or(""));
    auto answer = receiver_.send({id.value_or(event_id{}), item.json, subscription_name});
    if (!answer && here().stop().raised()) return client::tail_step::stop;
    if (answer) {
      done.status = answer->status;
      done.success = answer->success;
      done.error = std::move(answer->error);
      done.duration = answer->duration;
    } else {
      done.error = answer.error().message;
    }
    print(done);
    ++seen_;
    return wanted_ > 0 && seen_ >= wanted_ ? client::tail_step::stop : client::tail_step::go_on;
  }

 private:
  void print(const relayed& item) {
    auto& out = here().output();
    if (out.is_table()) {
      out.line(to_line(item, out));
    } else {
      out.stream_item(to_json(item));
    }
    out.flush();
  }

  client::webhook_sender receiver_;
  const std::uint64_t wanted_;
  std::uint64_t seen_{0};
};

result<client::webhook_options> make_receiver(const listen_options& options, session& here) {
  const auto connection = here.connection();
  if (!connection) return connection.error();
  client::webhook_options receiver;
  receiver.url = options.url;
  receiver.secret = options.secret;
  receiver.user_agent = connection->user_agent;
  receiver.stop = connection->stop;
  receiver.answer_timeout = option_value(parse_duration, options.timeout);
  for (const auto& line : options.headers) {
    const auto colon = line.find(':');
    const auto begin = line.find_first_not_of(" \t", colon + 1);
    receiver.headers.emplace_back(line.substr(0, colon), begin == std::string::npos ? "" : line.substr(begin));
  }
  return receiver;
}

exit_code listen(const listen_options& options, session& here) {
  const output_watch watch{here.stop()};
  auto receiver = make_receiver(options, here);
  if (!receiver) return here.fail(receiver.error());
  if (receiver->secret.empty()) {
    receiver->secret = client::make_webhook_secret();
    here.say("signing with " + receiver->secret);
  }
  relay handler{here, *std::move(receiver), options.stream.count};
  const auto tail = make_tail(options.stream, here);
  if (!tail) return here.fail(tail.error());
  const auto ended = here.client().tail(*tail, handler);
  here.output().flush();
  return ended ? exit_code::done : here.fail(ended.error());
}

}  // namespace

void add_listen(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<listen_options>();
  auto& stream = options->stream;
  auto* command =
      parent.add_subcommand("listen", "Relay events to a local program, as webhooks would, and print its answers");
  command->add_option("pattern", stream.patterns, "Topics; by default all");
  command->add_option("--forward-to", options->url, "Where to post each event")
      ->type_name("URL")
      ->required()
      ->check(receiver_url());
  command->add_option("--since", stream.since, "Begin with the events since a time, or so long ago (5m)")
      ->type_name("TIME")
      ->check(moment_value());
  command->add_option("--filter", stream.filter, "Relay only what passes: JSON, @FILE, or - for standard input")
      ->type_name("JSON");
  command->add_option("--count", stream.count, "End after so many events")->type_name("N")->check(positive_number());
  command->add_option("--secret", options->secret, "What to sign with; by default a new one, printed on standard error")
      ->type_name("TEXT")
      ->check(secret_value());
  command->add_option("--header", options->headers, "Sent with each event, as \"Name: value\"; may be repeated")
      ->type_name("TEXT")
      ->allow_extra_args(false)
      ->check(header_value());
  command->add_option("--timeout", options->timeout, "How long an answer may take")
      ->type_name("DURATION")
      ->capture_default_str()
      ->check(duration_between(std::chrono::milliseconds{1}, std::chrono::minutes{1}));
  command->callback([options, &chosen] {
    if (options->stream.patterns.empty()) options->stream.patterns = {"#"};
    chosen = [options](session& here) { return listen(*options, here); };
  });
}

}  // namespace eventmgr::evctl
