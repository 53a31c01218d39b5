#include "client/answer_reader.hpp"
#include "client/api_connection.hpp"
#include "client/query_writer.hpp"
#include "codec/redelivery_codec.hpp"

#include <eventmgr/client_dead_letters.hpp>

#include <utility>

namespace eventmgr::client {
namespace {

using codec::object_writer;

void add_filters(query_writer& target, const dead_letter_query& selection) {
  target.add("state", selection.state ? to_string(*selection.state) : "all");
  target.add_if("subscription", selection.subscription);
  if (selection.topic) target.add("topic", selection.topic->str());
  target.add_if("type", selection.type);
  target.add_if("reason", selection.reason);
  target.add_if("fingerprint", selection.fingerprint);
  if (selection.since) target.add("since", format_rfc3339(*selection.since));
  if (selection.until) target.add("until", format_rfc3339(*selection.until));
}

std::string target_of(dead_letter_id id) { return "/dead-letters/" + to_string(id); }

std::string target_of(requeue_id id) { return "/dead-letters/requeues/" + to_string(id); }

std::string write_requeue(const requeue_request& request, bool dry_run) {
  std::string out;
  object_writer object{out};
  write_members(object, request);
  if (dry_run) object.flag("dryRun", true);
  object.end();
  return out;
}

}  // namespace

result<json_page> dead_letter_client::query(const dead_letter_query& selection) {
  query_writer target{"/dead-letters"};
  add_filters(target, selection);
  if (selection.oldest_first) target.add("order", "asc");
  target.add("limit", std::to_string(selection.limit));
  target.add_given("cursor", selection.cursor);
  auto answer = calls_.call({.target = target.take()});
  if (!answer) return answer.error();
  return read_page(*answer, "deadLetters");
}

result<std::string> dead_letter_client::get(dead_letter_id id) { return calls_.call({.target = target_of(id)}); }

result<std::string> dead_letter_client::summary(const dead_letter_query& selection) {
  query_writer target{"/dead-letters/summary"};
  add_filters(target, selection);
  return calls_.call({.target = target.take()});
}

result<std::string> dead_letter_client::requeue(dead_letter_id id, std::string_view patch) {
  std::string body;
  object_writer object{body};
  if (!patch.empty()) object.key("patch") += patch;
  object.end();
  return calls_.call(make_order(target_of(id) + "/requeue", body));
}

result<std::string> dead_letter_client::requeue(const requeue_request& request) {
  const std::string body = write_requeue(request, false);
  return calls_.call(make_order("/dead-letters/requeue", body));
}

result<std::string> dead_letter_client::preview_requeue(const requeue_request& request) {
  const std::string body = write_requeue(request, true);
  return calls_.call(make_order("/dead-letters/requeue", body));
}

result<json_page> dead_letter_client::list_requeues(std::string_view cursor, std::uint32_t limit) {
  query_writer target{"/dead-letters/requeues"};
  target.add("limit", std::to_string(limit));
  target.add_given("cursor", cursor);
  auto answer = calls_.call({.target = target.take()});
  if (!answer) return answer.error();
  return read_page(*answer, "requeues");
}

result<std::string> dead_letter_client::get_requeue(requeue_id id) { return calls_.call({.target = target_of(id)}); }

result<void> dead_letter_client::cancel_requeue(requeue_id id) {
  auto answer = calls_.call({.method = "DELETE", .target = target_of(id), .repeatable = false});
  if (!answer) return answer.error();
  return {};
}

result<std::string> dead_letter_client::resume_requeue(requeue_id id) {
  return calls_.call({.method = "POST", .target = target_of(id) + "/resume", .repeatable = false});
}

result<void> dead_letter_client::discard(dead_letter_id id) {
  auto answer = calls_.call({.method = "DELETE", .target = target_of(id), .repeatable = false});
  if (!answer) return answer.error();
  return {};
}

result<std::string> dead_letter_client::purge(const dead_letter_query& selection, bool dry_run,
                                              std::optional<std::uint64_t> limit) {
  std::string body;
  object_writer object{body};
  codec::write_members(object, selection);
  if (limit) object.number("limit", *limit);
  if (dry_run) object.flag("dryRun", true);
  object.end();
  return calls_.call(make_order("/dead-letters/purge", body));
}

}  // namespace eventmgr::client
