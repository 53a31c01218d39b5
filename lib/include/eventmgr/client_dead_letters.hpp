#pragma once

#include <eventmgr/client_records.hpp>
#include <eventmgr/dead_letter.hpp>
#include <eventmgr/error.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/requeue.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::client {

class api_connection;

/// The calls of the API that concern dead letters. Answers are JSON texts as the API has them. Part of the
/// `broker_client` that gave it, which must stay where it is; calls block and fail as its own do.
class EVENTMGR_API dead_letter_client {
 public:
  explicit dead_letter_client(api_connection& calls) : calls_{calls} {}

  result<json_page> query(const dead_letter_query& selection);
  result<std::string> get(dead_letter_id id);

  /// What the selection fails of, grouped. Its `limit`, `cursor` and `oldest_first` are not looked at.
  result<std::string> summary(const dead_letter_query& selection);

  /// Has one delivered again; the answer is a plan. `patch` is a merge patch (RFC 7396) of its payload, the text of a
  /// JSON object, or empty. `conflict` if it is not open or its subscription is gone.
  result<std::string> requeue(dead_letter_id id, std::string_view patch = {});

  /// Has many delivered again, by a plan that the answer shows. It goes on in the daemon.
  result<std::string> requeue(const requeue_request& request);
  /// Counts what that would take; changes nothing.
  result<std::string> preview_requeue(const requeue_request& request);

  /// Plans, the newest first, from `cursor` (empty: from the start). `limit` is 1 to 1000.
  result<json_page> list_requeues(std::string_view cursor = {}, std::uint32_t limit = 100);
  result<std::string> get_requeue(requeue_id id);
  /// `conflict` if it has ended.
  result<void> cancel_requeue(requeue_id id);
  /// Goes on with a plan that has stopped. `conflict` if it has not.
  result<std::string> resume_requeue(requeue_id id);

  /// Gives one up for good. `conflict` if it is not open.
  result<void> discard(dead_letter_id id);
  /// Gives up every open one that is selected, or the `limit` oldest of them, or only counts them. The selection's own
  /// `state`, `limit`, `cursor` and `oldest_first` are not looked at.
  result<std::string> purge(const dead_letter_query& selection, bool dry_run, std::optional<std::uint64_t> limit = {});

 private:
  api_connection& calls_;
};

}  // namespace eventmgr::client
