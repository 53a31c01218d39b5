#pragma once

#include <eventmgr/client_records.hpp>
#include <eventmgr/error.hpp>
#include <eventmgr/event.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace eventmgr::client {

class api_connection;

/// Which subscriptions an explanation is of.
struct explain_selection {
  std::string subscription{};  ///< an id or a name; empty: all of them, by name
  std::string cursor{};        ///< `nextCursor` of the page before
  std::uint32_t limit{100};    ///< 1 to 1000
};

/// The calls of the API that tell where events go, and why. Answers are JSON texts as the API has them. Part of the
/// `broker_client` that gave it, which must stay where it is; calls block and fail as its own do.
class EVENTMGR_API explain_client {
 public:
  explicit explain_client(api_connection& calls) : calls_{calls} {}

  /// Why each subscription did or did not get an event.
  result<std::string> explain(event_id id, const explain_selection& which = {});

  /// The same of an event that is not published, and is not by this.
  result<std::string> explain(const event_in& input, const explain_selection& which = {});

  /// What the subscriptions that an event was for did with it.
  result<json_page> deliveries(event_id id, std::string_view cursor = {}, std::uint32_t limit = 100);

  /// What caused an event, what it caused, and what became of each.
  result<std::string> trace(event_id id);

  /// Tries a subscription on history. `proposal` is the text of a JSON object; that takes up to 10 s.
  result<std::string> backtest(std::string_view proposal);

 private:
  api_connection& calls_;
};

}  // namespace eventmgr::client
