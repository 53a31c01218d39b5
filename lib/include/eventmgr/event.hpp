#pragma once

#include <eventmgr/error.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/time.hpp>
#include <eventmgr/topic.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// The lanes of a subscription, most urgent first.
enum class priority : std::uint8_t { critical = 0, high = 1, normal = 2, low = 3 };

/// "CRITICAL", "HIGH", "NORMAL" or "LOW". Static storage.
EVENTMGR_API std::string_view to_string(priority value) noexcept;

/// Reads a name, in any case, or a digit 0 to 3.
EVENTMGR_API std::optional<priority> parse_priority(std::string_view text) noexcept;

/// The members of `metadata` that the broker knows, with their defaults.
struct metadata {
  std::optional<std::string> project_id{};
  std::optional<std::string> user_id{};
  std::optional<std::string> session_id{};
  std::vector<std::string> tags{};
  int retry_count{0};
  std::optional<int> max_retries{};  ///< absent: the subscription's; shown as 3
  std::optional<time_point> expires_at{};
};

/// Reads the known members of a metadata object. Members that it does not know are left alone. Fails with
/// `invalid_event`, pointers from the event's root ("/metadata/tags/0").
EVENTMGR_API result<metadata> parse_metadata(std::string_view json);

/// Writes the members that differ from their defaults as a JSON object.
EVENTMGR_API std::string to_json(const metadata& value);

/// What a publisher gives. `type`, `source` and `payload` are required.
struct event_in {
  std::string type{};
  std::string source{};
  std::string payload{};                    ///< the text of a JSON object
  std::optional<std::string> topic{};       ///< absent: `type` with dots as slashes
  std::optional<event_id> id{};             ///< absent: a new UUIDv7
  std::optional<std::string> version{};     ///< absent: "1.0"
  std::optional<time_point> timestamp{};    ///< absent: the time of receipt
  std::optional<enum priority> priority{};  ///< absent: normal
  std::string metadata{};                   ///< the text of a JSON object, or empty
  std::optional<event_id> correlation_id{};
  std::optional<event_id> causation_id{};
  std::optional<time_point> deliver_at{};
  std::string ordering_key{};
};

/// The normalised record. Immutable once stored.
struct event {
  event_id id{};
  std::string type{};
  std::string source{};
  topic_name topic{};
  std::string version{};
  enum priority priority { eventmgr::priority::normal };
  time_point timestamp{};  ///< the publisher's; carried, never used to order or select
  std::string payload{};   ///< the bytes that came in, minus insignificant white space
  std::string metadata{};  ///< as sent, minus insignificant white space; empty when none was sent
  std::optional<event_id> correlation_id{};
  std::optional<event_id> causation_id{};
  std::optional<time_point> expires_at{};
  std::string ordering_key{};
  /// When it is to be published. Only of an event that is not in the log yet: it has none once it is stored there.
  std::optional<time_point> deliver_at{};

  partition_id partition{};
  offset seq{};              ///< 0 until stored
  time_point received_at{};  ///< never goes back within a partition

  friend bool operator==(const event&, const event&) = default;
};

/// The event as one JSON object, camelCase, defaults of metadata filled in.
EVENTMGR_API std::string to_json(const event& value);

}  // namespace eventmgr
