#include "client/answer_reader.hpp"
#include "client/api_connection.hpp"
#include "client/query_writer.hpp"
#include "codec/object_writer.hpp"

#include <eventmgr/client_subscriptions.hpp>

#include <utility>

namespace eventmgr::client {
namespace {

constexpr unsigned status_created = 201;

std::string target_of(std::string_view which, std::string_view action = {}) {
  std::string target{"/subscriptions/"};
  append_percent_encoded(target, which);
  return target.append(action);
}

http_call order(std::string target) { return {.method = "POST", .target = std::move(target), .repeatable = false}; }

http_call change_call(std::string_view method, std::string target, std::string_view body) {
  http_call call{.method = method, .target = std::move(target), .body = body, .repeatable = false};
  call.content_type = "application/json";
  return call;
}

std::string write_resume(resume_mode how, std::uint64_t keep) {
  std::string out;
  codec::object_writer object{out};
  switch (how) {
    case resume_mode::drain:
      object.text("mode", "drain");
      break;
    case resume_mode::skip:
      object.text("mode", "skip");
      break;
    case resume_mode::last:
      object.text("mode", "last");
      object.number("n", keep);
      break;
  }
  object.end();
  return out;
}

}  // namespace

result<json_page> subscription_client::list(std::string_view cursor, std::uint32_t limit) {
  query_writer target{"/subscriptions"};
  target.add("limit", std::to_string(limit));
  target.add_given("cursor", cursor);
  auto answer = calls_.call({.target = target.take()});
  if (!answer) return answer.error();
  return read_page(*answer, "subscriptions");
}

result<std::string> subscription_client::get(std::string_view which) {
  return calls_.call({.target = target_of(which)});
}

result<created_answer> subscription_client::create(std::string_view definition) {
  auto answer = calls_.exchange(change_call("POST", "/subscriptions", definition));
  if (!answer) return answer.error();
  if (!is_success(answer->status)) return read_failure(*answer);
  return created_answer{answer->status == status_created, std::move(answer->body)};
}

result<std::string> subscription_client::change(std::string_view which, std::string_view members) {
  return calls_.call(change_call("PATCH", target_of(which), members));
}

result<void> subscription_client::remove(std::string_view which) {
  auto answer = calls_.call({.method = "DELETE", .target = target_of(which), .repeatable = false});
  if (!answer) return answer.error();
  return {};
}

result<std::string> subscription_client::pause(std::string_view which) {
  return calls_.call(order(target_of(which, "/pause")));
}

result<std::string> subscription_client::resume(std::string_view which, resume_mode how, std::uint64_t keep) {
  const auto body = write_resume(how, keep);
  return calls_.call(change_call("POST", target_of(which, "/resume"), body));
}

result<std::string> subscription_client::seek(std::string_view which, std::string_view target) {
  return calls_.call(change_call("POST", target_of(which, "/seek"), target));
}

result<std::string> subscription_client::test(std::string_view which, std::chrono::milliseconds patience) {
  auto call = order(target_of(which, "/test"));
  call.extra_time = patience;
  return calls_.call(call);
}

result<std::string> subscription_client::stats(std::string_view which) {
  return calls_.call({.target = target_of(which, "/stats")});
}

result<json_page> subscription_client::attempts(std::string_view which, std::optional<event_id> event,
                                                std::string_view cursor, std::uint32_t limit) {
  query_writer target{target_of(which, "/attempts")};
  target.add("limit", std::to_string(limit));
  if (event) target.add("event", to_string(*event));
  target.add_given("cursor", cursor);
  auto answer = calls_.call({.target = target.take()});
  if (!answer) return answer.error();
  return read_page(*answer, "attempts");
}

}  // namespace eventmgr::client
