#include "recording.hpp"

#include "codec/json_compact.hpp"
#include "codec/json_walk.hpp"
#include "codec/object_writer.hpp"
#include "json_text.hpp"

#include <eventmgr/topic.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace eventmgr::evctl {
namespace {

using codec::json_member;
using codec::member_walker;
using codec::object_writer;

enum class member_role : std::uint8_t { copied, dropped, id, topic, type, metadata };

constexpr std::array<std::pair<std::string_view, member_role>, 12> special_members{
    {{"seq", member_role::dropped},
     {"partition", member_role::dropped},
     {"receivedAt", member_role::dropped},
     {"received_at", member_role::dropped},
     {"id", member_role::id},
     {"correlationId", member_role::id},
     {"correlation_id", member_role::id},
     {"causationId", member_role::id},
     {"causation_id", member_role::id},
     {"topic", member_role::topic},
     {"type", member_role::type},
     {"metadata", member_role::metadata}}};

member_role role_of(std::string_view name) noexcept {
  const auto* found = std::ranges::find(special_members, name, &std::pair<std::string_view, member_role>::first);
  return found == special_members.end() ? member_role::copied : found->second;
}

/// Whether the daemon would show the member if it were not given.
bool is_default(std::string_view name, std::string_view value) noexcept {
  return (name == "tags" && value == "[]") || (name == "retryCount" && value == "0") ||
         (name == "maxRetries" && value == "3");
}

class event_rewriter {
 public:
  event_rewriter(const replaying& how, time_point published) : how_{how}, published_{published} {}

  recorded_event rewrite(std::string_view event) {
    recorded_event made;
    made.received = time_of(event, "receivedAt");
    object_writer out{made.input};
    std::string topic;
    std::string type;
    json_member item;
    for (member_walker members{event}; members.next(item);) {
      const auto name = codec::unescape(item.raw_key);
      switch (role_of(name)) {
        case member_role::dropped:
          break;
        case member_role::id:
          out.key(name) += other_id(item.value);
          break;
        case member_role::topic:
          topic = codec::string_value(item.value).value_or("");
          if (how_.topic_prefix.empty()) out.key(name) += item.value;
          break;
        case member_role::metadata:
          write_metadata(out, item.value, made.received);
          break;
        case member_role::type:
          type = codec::string_value(item.value).value_or("");
          [[fallthrough]];
        case member_role::copied:
          out.key(name) += item.value;
          break;
      }
    }
    if (!how_.topic_prefix.empty()) out.text("topic", how_.topic_prefix + "/" + (topic.empty() ? type : topic));
    out.end();
    return made;
  }

 private:
  static std::optional<time_point> time_of(std::string_view object, std::string_view wanted) {
    json_member item;
    for (member_walker members{object}; members.next(item);) {
      if (item.raw_key == wanted) return parse_rfc3339(codec::string_value(item.value).value_or(""));
    }
    return std::nullopt;
  }

  std::string other_id(std::string_view value) const {
    const auto text = codec::string_value(value);
    const auto id = text ? parse_uuid(*text) : std::nullopt;
    if (!how_.remap_in || !id) return std::string{value};
    return "\"" + to_string(make_uuid_v5(*how_.remap_in, to_string(*id))) + "\"";
  }

  void write_metadata(object_writer& out, std::string_view metadata, const std::optional<time_point>& received) const {
    if (!metadata.starts_with('{')) {
      out.key("metadata") += metadata;
      return;
    }
    std::string text;
    object_writer kept{text};
    json_member item;
    for (member_walker members{metadata}; members.next(item);) {
      const auto name = codec::unescape(item.raw_key);
      if (is_default(name, item.value)) continue;
      const auto expires =
          name == "expiresAt" ? parse_rfc3339(codec::string_value(item.value).value_or("")) : std::nullopt;
      if (expires && received) {
        kept.time(name, *expires + (published_ - *received));
      } else {
        kept.key(name) += item.value;
      }
    }
    kept.end();
    if (text != "{}") out.key("metadata") += text;
  }

  const replaying& how_;
  const time_point published_;
};

}  // namespace

result<recorded_event> read_recorded(std::string_view line, const replaying& how, time_point published) {
  const auto event = codec::compact_object(line, max_json_depth);
  if (!event) return event.error();
  return event_rewriter{how, published}.rewrite(*event);
}

}  // namespace eventmgr::evctl
