#include "codec/native_event.hpp"

#include "codec/problems.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace eventmgr::codec {
namespace {

enum class field : std::uint8_t {
  id,
  type,
  source,
  topic,
  version,
  timestamp,
  priority,
  payload,
  metadata,
  correlation_id,
  causation_id,
  ordering_key,
  deliver_at,
};

struct field_name {
  std::string_view text;
  field which;
};

// The likely ones first.
constexpr std::array<field_name, 17> field_names{{{"type", field::type},
                                                  {"source", field::source},
                                                  {"payload", field::payload},
                                                  {"topic", field::topic},
                                                  {"priority", field::priority},
                                                  {"metadata", field::metadata},
                                                  {"id", field::id},
                                                  {"timestamp", field::timestamp},
                                                  {"version", field::version},
                                                  {"correlationId", field::correlation_id},
                                                  {"causationId", field::causation_id},
                                                  {"orderingKey", field::ordering_key},
                                                  {"deliverAt", field::deliver_at},
                                                  {"correlation_id", field::correlation_id},
                                                  {"causation_id", field::causation_id},
                                                  {"ordering_key", field::ordering_key},
                                                  {"deliver_at", field::deliver_at}}};

std::optional<field> find_field(std::string_view key) noexcept {
  for (const field_name& name : field_names) {
    if (name.text == key) return name.which;
  }
  return std::nullopt;
}

class native_reader {
 public:
  event_draft read(std::span<member> members) {
    for (member& given : members) {
      const auto which = find_field(given.key);
      if (!which) {
        report(given, "is not a member of an event");
      } else if (const unsigned bit = bit_of(*which); (seen_ & bit) != 0) {
        report(given, "is given more than once");
      } else {
        seen_ |= bit;
        take(*which, given);
      }
    }
    require(field::type, "/type");
    require(field::source, "/source");
    require(field::payload, "/payload");
    return std::move(draft_);
  }

 private:
  static constexpr unsigned bit_of(field which) noexcept { return 1U << static_cast<unsigned>(which); }

  void report(const member& given, std::string message) {
    report_problem(draft_.problems, pointer_to(given.key), std::move(message));
  }

  void require(field which, std::string pointer) {
    if ((seen_ & bit_of(which)) == 0) report_problem(draft_.problems, std::move(pointer), "is required");
  }

  void take(field which, member& given) {
    event_in& input = draft_.input;
    switch (which) {
      case field::id:
        take_id(given, input.id);
        break;
      case field::type:
        take_text(given, input.type);
        break;
      case field::source:
        take_text(given, input.source);
        break;
      case field::topic:
        take_text(given, input.topic.emplace());
        break;
      case field::version:
        take_text(given, input.version.emplace());
        break;
      case field::timestamp:
        take_time(given, input.timestamp);
        break;
      case field::priority:
        take_priority(given);
        break;
      case field::payload:
        take_payload(given);
        break;
      case field::metadata:
        take_metadata_object(given);
        break;
      case field::correlation_id:
        take_id(given, input.correlation_id);
        break;
      case field::causation_id:
        take_id(given, input.causation_id);
        break;
      case field::ordering_key:
        take_text(given, input.ordering_key);
        if (given.kind == json_kind::string && given.text.empty()) report(given, "must be 1 to 255 bytes");
        break;
      case field::deliver_at:
        take_time(given, input.deliver_at);
        break;
    }
  }

  void take_text(const member& given, std::string& into) {
    if (given.kind != json_kind::string) return report(given, "must be a string");
    into = given.text;
  }

  void take_id(const member& given, std::optional<event_id>& into) {
    if (given.kind == json_kind::string) into = event_id::parse(given.text);
    if (!into) report(given, "must be a UUID");
  }

  void take_time(const member& given, std::optional<time_point>& into) {
    if (given.kind == json_kind::string) into = parse_rfc3339(given.text);
    if (!into) report(given, "must be an RFC 3339 time, as 2026-01-02T03:04:05Z");
  }

  void take_priority(const member& given) {
    if (given.kind == json_kind::string || given.kind == json_kind::number) {
      draft_.input.priority = parse_priority(given.text);
    }
    if (!draft_.input.priority) report(given, "must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3");
  }

  void take_payload(member& given) {
    if (given.kind != json_kind::object) return report(given, "must be an object");
    draft_.input.payload = std::move(given.compact);
  }

  void take_metadata_object(member& given) {
    if (given.kind != json_kind::object) return report(given, "must be an object");
    if (!given.too_deep) take_metadata(draft_, std::move(given.compact), given.has_nul);
  }

  event_draft draft_;
  unsigned seen_{0};
};

}  // namespace

event_draft read_native_event(std::span<member> members) { return native_reader{}.read(members); }

}  // namespace eventmgr::codec
