#include "client/answer_reader.hpp"
#include "client/api_connection.hpp"
#include "client/query_writer.hpp"

#include <eventmgr/client_subscriptions.hpp>

namespace eventmgr::client {

result<json_page> dead_letter_client::query(const dead_letter_query& selection) {
  query_writer target{"/dead-letters"};
  target.add("state", selection.state ? to_string(*selection.state) : "all");
  target.add_if("subscription", selection.subscription);
  if (selection.topic) target.add("topic", selection.topic->str());
  target.add_if("type", selection.type);
  target.add_if("reason", selection.reason);
  if (selection.since) target.add("since", format_rfc3339(*selection.since));
  if (selection.until) target.add("until", format_rfc3339(*selection.until));
  target.add("limit", std::to_string(selection.limit));
  target.add_given("cursor", selection.cursor);
  auto answer = calls_.call({.target = target.take()});
  if (!answer) return answer.error();
  return read_page(*answer, "deadLetters");
}

result<std::string> dead_letter_client::get(dead_letter_id id) {
  return calls_.call({.target = "/dead-letters/" + to_string(id)});
}

}  // namespace eventmgr::client
