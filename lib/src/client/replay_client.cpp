#include "client/answer_reader.hpp"
#include "client/api_connection.hpp"
#include "client/query_writer.hpp"
#include "codec/redelivery_codec.hpp"

#include <eventmgr/client_replay.hpp>

namespace eventmgr::client {
namespace {

std::string target_of(replay_id id) { return "/replay/" + to_string(id); }

std::string write_replay(const replay_request& request, bool dry_run) {
  std::string out;
  codec::object_writer object{out};
  write_members(object, request);
  if (dry_run) object.flag("dryRun", true);
  object.end();
  return out;
}

}  // namespace

result<std::string> replay_client::start(const replay_request& request) {
  const std::string body = write_replay(request, false);
  return calls_.call(make_order("/replay", body));
}

result<std::string> replay_client::preview(const replay_request& request) {
  const std::string body = write_replay(request, true);
  return calls_.call(make_order("/replay", body));
}

result<json_page> replay_client::list(std::string_view cursor, std::uint32_t limit) {
  query_writer target{"/replay"};
  target.add("limit", std::to_string(limit));
  target.add_given("cursor", cursor);
  auto answer = calls_.call({.target = target.take()});
  if (!answer) return answer.error();
  return read_page(*answer, "replays");
}

result<std::string> replay_client::get(replay_id id) { return calls_.call({.target = target_of(id)}); }

result<void> replay_client::cancel(replay_id id) {
  auto answer = calls_.call({.method = "DELETE", .target = target_of(id), .repeatable = false});
  if (!answer) return answer.error();
  return {};
}

}  // namespace eventmgr::client
