#pragma once

#include <eventmgr/client_records.hpp>
#include <eventmgr/error.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/replay.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace eventmgr::client {

class api_connection;

/// The calls of the API that concern replays. Answers are JSON texts as the API has them. Part of the `broker_client`
/// that gave it, which must stay where it is; calls block and fail as its own do.
class EVENTMGR_API replay_client {
 public:
  explicit replay_client(api_connection& calls) : calls_{calls} {}

  /// Begins one; it goes on in the daemon.
  result<std::string> start(const replay_request& request);
  /// Counts what that would deliver; changes nothing.
  result<std::string> preview(const replay_request& request);

  /// The newest first, from `cursor` (empty: from the start). `limit` is 1 to 1000.
  result<json_page> list(std::string_view cursor = {}, std::uint32_t limit = 100);
  result<std::string> get(replay_id id);
  /// `conflict` if it has ended.
  result<void> cancel(replay_id id);

 private:
  api_connection& calls_;
};

}  // namespace eventmgr::client
