#include "client/answer_reader.hpp"
#include "client/api_connection.hpp"
#include "client/query_writer.hpp"
#include "client/request_writer.hpp"

#include <eventmgr/client_explain.hpp>

#include <chrono>
#include <utility>

namespace eventmgr::client {
namespace {

constexpr std::chrono::seconds backtest_time{10};

std::string target_of(event_id id, std::string_view what) {
  return std::string{"/events/"}.append(to_string(id)).append(what);
}

std::string with_selection(std::string path, const explain_selection& which) {
  query_writer target{std::move(path)};
  target.add_given("subscription", which.subscription);
  target.add("limit", std::to_string(which.limit));
  target.add_given("cursor", which.cursor);
  return target.take();
}

http_call post_call(std::string target, std::string_view body) {
  http_call call{.method = "POST", .target = std::move(target), .body = body};
  call.content_type = "application/json";
  return call;
}

}  // namespace

result<std::string> explain_client::explain(event_id id, const explain_selection& which) {
  return calls_.call({.target = with_selection(target_of(id, "/explain"), which)});
}

result<std::string> explain_client::explain(const event_in& input, const explain_selection& which) {
  const auto body = write_event(input);
  return calls_.call(post_call(with_selection("/events/explain", which), body));
}

result<json_page> explain_client::deliveries(event_id id, std::string_view cursor, std::uint32_t limit) {
  query_writer target{target_of(id, "/deliveries")};
  target.add("limit", std::to_string(limit));
  target.add_given("cursor", cursor);
  auto answer = calls_.call({.target = target.take()});
  if (!answer) return answer.error();
  return read_page(*answer, "deliveries");
}

result<std::string> explain_client::trace(event_id id) { return calls_.call({.target = target_of(id, "/trace")}); }

result<std::string> explain_client::backtest(std::string_view proposal) {
  auto call = post_call("/subscriptions/backtest", proposal);
  call.extra_time = backtest_time;
  return calls_.call(call);
}

}  // namespace eventmgr::client
