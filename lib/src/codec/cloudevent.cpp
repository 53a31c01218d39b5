#include "codec/cloudevent.hpp"

#include "codec/json_writer.hpp"
#include "codec/problems.hpp"
#include "core/letters.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::string_view plain_json = "application/json";

enum class attribute : std::uint8_t { specversion, id, source, type, time, topic, kept };

attribute find_attribute(std::string_view name) noexcept {
  constexpr std::array<std::pair<std::string_view, attribute>, 6> names{{{"specversion", attribute::specversion},
                                                                         {"id", attribute::id},
                                                                         {"source", attribute::source},
                                                                         {"type", attribute::type},
                                                                         {"time", attribute::time},
                                                                         {"topic", attribute::topic}}};
  for (const auto& [text, which] : names) {
    if (text == name) return which;
  }
  return attribute::kept;
}

bool is_attribute_name(std::string_view name) noexcept {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

bool is_base64(std::string_view text) noexcept {
  if (text.size() % 4 != 0) return false;
  if (text.ends_with("==")) {
    text.remove_suffix(2);
  } else if (text.ends_with('=')) {
    text.remove_suffix(1);
  }
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  });
}

std::string wrapped(std::string_view name, std::string_view json) {
  std::string out{"{\""};
  out.reserve(name.size() + json.size() + 5);
  out += name;
  out += "\":";
  out += json;
  out += '}';
  return out;
}

/// The compact text of a member's value; a string is left as it was spelt.
std::string take_json(member& given) {
  if (given.kind == json_kind::object || given.kind == json_kind::array) return std::move(given.compact);
  return std::string{given.kind == json_kind::string ? given.raw : given.text};
}

class cloudevent_reader {
 public:
  /// Takes one context attribute; `json` is its value if that is no string. Absent and null are the same.
  void take(std::string_view name, json_kind kind, std::string_view text) {
    if (kind == json_kind::null) return;
    if (std::ranges::find(seen_, name) != seen_.end()) return report(name, "is given more than once");
    seen_.emplace_back(name);
    if (!is_attribute_name(name)) return report(name, "is no name of a CloudEvents attribute (a to z, 0 to 9)");
    const attribute which = find_attribute(name);
    if (which == attribute::kept) return keep(name, kind, text);
    if (kind != json_kind::string) return report(name, "must be a string");
    switch (which) {
      case attribute::specversion:
        if (text != "1.0") report(name, "must be \"1.0\"");
        break;
      case attribute::id:
        id_ = text;
        if (text.empty()) report(name, "must not be empty");
        check_text(name, text);
        break;
      case attribute::source:
        draft_.input.source = text;
        break;
      case attribute::type:
        draft_.input.type = text;
        break;
      case attribute::time:
        draft_.input.timestamp = parse_rfc3339(text);
        if (!draft_.input.timestamp) report(name, "must be an RFC 3339 time, as 2026-01-02T03:04:05Z");
        break;
      case attribute::topic:
        draft_.input.topic = text;
        break;
      case attribute::kept:
        break;
    }
  }

  void take_data(json_kind kind, std::string compact, bool base64) {
    bool& seen = base64 ? has_base64_ : has_data_;
    if (seen) return report(base64 ? "data_base64" : "data", "is given more than once");
    seen = true;
    if (has_data_ && has_base64_) return report("data", "must not be given beside data_base64");
    if (base64) {
      draft_.input.payload = wrapped("$data_base64", compact);
    } else if (kind == json_kind::object) {
      draft_.input.payload = std::move(compact);
    } else {
      draft_.input.payload = wrapped("$data", compact);
    }
  }

  void report(std::string_view name, std::string message) {
    report_problem(draft_.problems, pointer_to(name), std::move(message));
  }

  event_draft finish() {
    for (const std::string_view name : {"specversion", "id", "source", "type"}) {
      if (std::ranges::find(seen_, name) == seen_.end()) report(name, "is required");
    }
    if (!has_data_ && !has_base64_) draft_.input.payload = "{}";
    if (draft_.problems.empty()) take_id();
    if (!extensions_.empty()) {
      extensions_ += '}';
      draft_.input.metadata = wrapped("extensions", extensions_);
    }
    return std::move(draft_);
  }

 private:
  void keep(std::string_view name, json_kind kind, std::string_view text) {
    if (kind == json_kind::object || kind == json_kind::array) {
      return report(name, "must be a string, a number or a boolean");
    }
    if (name == "datacontenttype" && text == plain_json) return;
    if (kind != json_kind::string) return add_extension(name, text);
    if (check_text(name, text)) add_extension(name, json_string(text));
  }

  /// Whether a text can be kept in the metadata.
  bool check_text(std::string_view name, std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
      report(name, "must not hold U+0000");
    } else if (!is_utf8(text)) {
      report(name, "must be UTF-8");
    } else {
      return true;
    }
    return false;
  }

  void add_extension(std::string_view name, std::string_view json) {
    extensions_ += extensions_.empty() ? '{' : ',';
    append_json_string(extensions_, name);
    extensions_ += ':';
    extensions_ += json;
  }

  void take_id() {
    draft_.input.id = event_id::parse(id_);
    if (draft_.input.id) return;
    draft_.input.id = event_id{make_uuid_v5(cloudevent_namespace, draft_.input.source + '\n' + id_)};
    add_extension("id", json_string(id_));
  }

  event_draft draft_;
  std::vector<std::string> seen_;
  std::string id_;
  std::string extensions_;
  bool has_data_{false};
  bool has_base64_{false};
};

}  // namespace

event_draft read_cloudevent(std::span<member> members) {
  cloudevent_reader reader;
  for (member& given : members) {
    if (given.key == "data") {
      reader.take_data(given.kind, take_json(given), false);
    } else if (given.key == "data_base64") {
      if (given.kind == json_kind::null) continue;
      if (given.kind != json_kind::string || !is_base64(given.text)) {
        reader.report(given.key, "must be a string of base64");
      } else {
        reader.take_data(given.kind, take_json(given), true);
      }
    } else {
      reader.take(given.key, given.kind, given.text);
    }
  }
  return reader.finish();
}

event_draft read_binary_cloudevent(const std::vector<cloudevent_attribute>& attributes, std::string_view content_type,
                                   cloudevent_data data) {
  cloudevent_reader reader;
  for (const cloudevent_attribute& given : attributes) reader.take(given.name, json_kind::string, given.value);
  if (!content_type.empty()) reader.take("datacontenttype", json_kind::string, content_type);
  if (!data.json.empty()) reader.take_data(data.kind, std::move(data.json), data.base64);
  return reader.finish();
}

bool is_json_media_type(std::string_view content_type) {
  std::string type{content_type.substr(0, content_type.find(';'))};
  type.erase(type.find_last_not_of(" \t") + 1);
  std::ranges::transform(type, type.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return type.empty() || type == plain_json || type == "text/json" || type.ends_with("+json");
}

}  // namespace eventmgr::codec
