#pragma once

#include <eventmgr/client_records.hpp>
#include <eventmgr/error.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::client {

class api_connection;

/// The daemon's answer to the creation of a subscription.
struct created_answer {
  bool created{false};  ///< false: one of that name was there, and was changed
  std::string json{};   ///< the subscription
};

/// What a resumed subscription does with the events that came while it was paused.
enum class resume_mode : std::uint8_t {
  drain,  ///< delivers them
  skip,   ///< skips them
  last,   ///< skips all but the newest so many
};

/// The calls of the API that concern durable subscriptions. `which` is a subscription's id or name. Definitions,
/// changes and answers are JSON texts as the API has them. Part of the `broker_client` that gave it, which must stay
/// where it is; calls block and fail as its own do.
class EVENTMGR_API subscription_client {
 public:
  explicit subscription_client(api_connection& calls) : calls_{calls} {}

  /// By name, from `cursor` (empty: from the start). `limit` is 1 to 1000.
  result<json_page> list(std::string_view cursor = {}, std::uint32_t limit = 1000);
  result<std::string> get(std::string_view which);

  /// A definition with a name changes the subscription of that name if there is one.
  result<created_answer> create(std::string_view definition);

  /// Changes the members that are given, those of `options` one by one, and keeps the subscription's place.
  result<std::string> change(std::string_view which, std::string_view members);

  result<void> remove(std::string_view which);
  result<std::string> pause(std::string_view which);

  /// `keep` is for `resume_mode::last`.
  result<std::string> resume(std::string_view which, resume_mode how, std::uint64_t keep = 0);

  /// Delivers again everything after a place: the text of a JSON object with one of `time`, `position` and `seq`.
  result<std::string> seek(std::string_view which, std::string_view target);

  /// Sends one synthetic event and answers the attempt, also if it failed. That may take as long as the subscription's
  /// `ackTimeoutMs`: `patience` is added to the client's `request_timeout`.
  result<std::string> test(std::string_view which, std::chrono::milliseconds patience);

  result<std::string> stats(std::string_view which);

  /// The newest first; of one event, if it is given.
  result<json_page> attempts(std::string_view which, std::optional<event_id> event = {}, std::string_view cursor = {},
                             std::uint32_t limit = 100);

 private:
  api_connection& calls_;
};

}  // namespace eventmgr::client
