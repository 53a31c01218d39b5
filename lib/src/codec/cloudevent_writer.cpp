#include "codec/cloudevent_writer.hpp"

#include "codec/json_walk.hpp"
#include "codec/object_writer.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace eventmgr::codec {
namespace {

// Written from the event itself. Metadata that a publisher made up cannot stand in for them.
constexpr std::array<std::string_view, 8> own_names{"specversion", "id",    "source", "type",
                                                    "time",        "topic", "data",   "data_base64"};

bool is_attribute_name(std::string_view name) noexcept {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

/// A string, a number or a boolean; of the attributes that the specification names, a string.
bool is_attribute_value(std::string_view name, std::string_view value) noexcept {
  if (name == "id" || name == "subject" || name == "dataschema" || name == "datacontenttype") {
    return value.front() == '"' && value.size() > 2;
  }
  return value.front() != '{' && value.front() != '[' && value != "null";
}

/// The value of a member of a compact object; empty if it has none of that name.
std::string_view find_member(std::string_view object, std::string_view name) {
  member_walker members{object};
  json_member member;
  while (members.next(member)) {
    if (unescape(member.raw_key) == name) return member.value;
  }
  return {};
}

/// What was kept of a CloudEvent when it was published.
class kept_attributes {
 public:
  explicit kept_attributes(std::string_view metadata) {
    if (metadata.empty()) return;
    const std::string_view extensions = find_member(metadata, "extensions");
    if (extensions.empty() || extensions.front() != '{') return;
    member_walker members{extensions};
    json_member member;
    while (members.next(member)) {
      // Such a name is spelt without escapes.
      if (!is_attribute_name(member.raw_key) || !is_attribute_value(member.raw_key, member.value)) continue;
      if (member.raw_key == "id") id_ = member.value;
      if (std::ranges::find(own_names, member.raw_key) == own_names.end() && !has(member.raw_key)) {
        list_.push_back(member);
      }
    }
  }

  /// The id as it came, if that was no UUID: a JSON string.
  std::string_view id() const noexcept { return id_; }

  bool has(std::string_view name) const noexcept {
    return std::ranges::find(list_, name, &json_member::raw_key) != list_.end();
  }

  void write(object_writer& object) const {
    for (const json_member& each : list_) object.key(each.raw_key) += each.value;
  }

 private:
  std::string_view id_;
  std::vector<json_member> list_;
};

/// The payload's one member, if it only wraps data that is no JSON object.
std::optional<json_member> wrapped_data(std::string_view payload) noexcept {
  member_walker members{payload};
  json_member only;
  json_member another;
  if (!members.next(only) || members.next(another)) return std::nullopt;
  if (only.raw_key == "$data") return only;
  if (only.raw_key == "$data_base64" && only.value.front() == '"') return only;
  return std::nullopt;
}

void write_data(object_writer& object, const event& given, const kept_attributes& kept) {
  const auto wrapped = wrapped_data(given.payload);
  if (wrapped && wrapped->raw_key == "$data_base64") {
    object.key("data_base64") += wrapped->value;
    return;
  }
  if (!kept.has("datacontenttype")) object.text("datacontenttype", "application/json");
  object.key("data") += wrapped ? wrapped->value : std::string_view{given.payload};
}

}  // namespace

void append_cloudevent(std::string& out, const event& given) {
  const kept_attributes kept{given.metadata};
  object_writer object{out};
  object.text("specversion", "1.0");
  if (kept.id().empty()) {
    object.text("id", to_string(given.id));
  } else {
    object.key("id") += kept.id();
  }
  object.text("source", given.source);
  object.text("type", given.type);
  object.time("time", given.timestamp);
  object.text("topic", given.topic.str());
  kept.write(object);
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty() && !kept.has(name)) object.text(name, value);
  };
  add("priority", to_string(given.priority));
  if (given.correlation_id) add("correlationid", to_string(*given.correlation_id));
  if (given.causation_id) add("causationid", to_string(*given.causation_id));
  add("partitionkey", given.ordering_key);
  write_data(object, given, kept);
  object.end();
}

}  // namespace eventmgr::codec
