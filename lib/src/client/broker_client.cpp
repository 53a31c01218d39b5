#include "client/answer_reader.hpp"
#include "client/api_connection.hpp"
#include "client/consumer_protocol.hpp"
#include "client/query_writer.hpp"
#include "client/request_writer.hpp"
#include "client/stream_runner.hpp"
#include "client/tail_protocol.hpp"
#include "core/uuid_v7_generator.hpp"

#include <eventmgr/client.hpp>

#include <array>
#include <chrono>
#include <string>
#include <utility>

namespace eventmgr::client {

struct broker_client::implementation : api_connection {
  using api_connection::api_connection;

  event_id make_id() {
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return event_id{ids.next(now.time_since_epoch().count())};
  }

  uuid_v7_generator ids{};
};

broker_client::broker_client(client_options options)
    : implementation_{std::make_unique<implementation>(std::move(options))} {}
broker_client::broker_client(broker_client&&) noexcept = default;
broker_client& broker_client::operator=(broker_client&&) noexcept = default;
broker_client::~broker_client() = default;

result<publish_receipt> broker_client::publish(event_in input) {
  if (!input.id) input.id = implementation_->make_id();
  const auto body = write_event(input);
  auto answer = implementation_->call(
      {.method = "POST", .target = "/events", .body = body, .content_type = "application/json", .repeatable = true});
  if (!answer) return answer.error();
  return read_publish_receipt(*answer);
}

result<delivery_receipt> broker_client::publish_and_wait(event_in input, std::chrono::seconds wait) {
  if (!input.id) input.id = implementation_->make_id();
  const auto body = write_event(input);
  const std::array<http_header, 1> headers{{{"Prefer", "wait=" + std::to_string(wait.count())}}};
  auto answer = implementation_->call({.method = "POST",
                                       .target = "/events",
                                       .body = body,
                                       .content_type = "application/json",
                                       .headers = headers,
                                       .extra_time = wait,
                                       .repeatable = true});
  if (!answer) return answer.error();
  return read_delivery_receipt(*answer);
}

result<publish_receipt> broker_client::publish_json(std::string_view text) {
  auto answer = implementation_->call(
      {.method = "POST", .target = "/events", .body = text, .content_type = "application/json", .repeatable = false});
  if (!answer) return answer.error();
  return read_publish_receipt(*answer);
}

result<batch_receipt> broker_client::publish_batch(std::string_view body, batch_body format, atomicity mode) {
  http_call call{.method = "POST", .target = "/events/batch", .body = body, .repeatable = false};
  call.content_type = format == batch_body::ndjson ? "application/x-ndjson" : "application/json";
  if (mode == atomicity::all_or_none) call.target += "?atomic=true";
  auto answer = implementation_->call(call);
  if (!answer) return answer.error();
  return read_batch_receipt(*answer);
}

result<std::string> broker_client::get_event(event_id id) {
  return implementation_->call({.target = "/events/" + to_string(id)});
}

result<json_page> broker_client::query(const event_query& selection) {
  auto answer = implementation_->call({.target = write_query_target(selection)});
  if (!answer) return answer.error();
  return read_page(*answer, "events");
}

result<json_page> broker_client::list_topics(std::string_view cursor, std::uint32_t limit) {
  query_writer target{"/topics"};
  target.add("limit", std::to_string(limit));
  target.add_given("cursor", cursor);
  auto answer = implementation_->call({.target = target.take()});
  if (!answer) return answer.error();
  return read_page(*answer, "topics");
}

result<std::string> broker_client::get_topic(const topic_name& topic) {
  return implementation_->call({.target = write_topic_target(topic)});
}

result<std::string> broker_client::declare_topic(const topic_declaration& declaration) {
  const auto body = write_declaration(declaration);
  return implementation_->call(
      {.method = "POST", .target = "/topics", .body = body, .content_type = "application/json", .repeatable = false});
}

result<void> broker_client::delete_topic(const topic_name& topic) {
  auto answer = implementation_->call({.method = "DELETE", .target = write_topic_target(topic), .repeatable = false});
  if (!answer) return answer.error();
  return {};
}

result<health_answer> broker_client::health() {
  auto answer = implementation_->exchange({.target = "/health"});
  if (!answer) return answer.error();
  // 503 is the status of a daemon that answers and is unhealthy.
  const bool reports =
      is_success(answer->status) || (answer->status == 503 && answer->content_type.starts_with("application/json"));
  if (!reports) return read_failure(*answer);
  return read_health(std::move(answer->body));
}

result<std::string> broker_client::metrics() { return implementation_->call({.target = "/metrics"}); }

result<std::string> broker_client::verify(std::chrono::milliseconds patience) {
  return implementation_->call({.method = "POST", .target = "/verify", .extra_time = patience, .repeatable = false});
}

result<proof_progress> broker_client::verification() {
  auto answer = implementation_->call({.target = "/verify"});
  if (!answer) return answer.error();
  return read_proof_progress(*answer);
}

result<void> broker_client::tail(const tail_options& options, tail_handler& handler) {
  if (options.topics.empty()) return failure{errc::invalid_request, "a tail needs at least one topic pattern"};
  tail_protocol protocol{options, handler};
  return run_stream(implementation_->to(), implementation_->options(), implementation_->tls(), protocol);
}

result<void> broker_client::consume(const consume_options& options, consumer_handler& handler) {
  if (options.name.empty()) return failure{errc::invalid_request, "a consumer needs the name of its subscription"};
  consumer_protocol protocol{options, handler};
  return run_stream(implementation_->to(), implementation_->options(), implementation_->tls(), protocol);
}

explain_client broker_client::explanations() { return explain_client{*implementation_}; }

subscription_client broker_client::subscriptions() { return subscription_client{*implementation_}; }

dead_letter_client broker_client::dead_letters() { return dead_letter_client{*implementation_}; }

replay_client broker_client::replays() { return replay_client{*implementation_}; }

}  // namespace eventmgr::client
