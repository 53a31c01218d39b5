#include "json_text.hpp"

#include "codec/json_compact.hpp"
#include "codec/json_walk.hpp"
#include "codec/json_writer.hpp"
#include "terminal.hpp"

#include <algorithm>
#include <array>

namespace eventmgr::evctl {
namespace {

using codec::element_walker;
using codec::json_member;
using codec::member_walker;

std::optional<std::string> compact(std::string_view json) {
  std::string out;
  const auto report = codec::append_compact(out, json, max_json_depth);
  if (report.fault != codec::json_fault::none) return std::nullopt;
  return out;
}

std::string text_of(std::string_view value) {
  if (value == "null") return {};
  if (auto text = codec::string_value(value)) return *std::move(text);
  return std::string{value};
}

std::optional<std::string_view> member(std::string_view object, std::string_view name) {
  if (!object.starts_with('{')) return std::nullopt;
  member_walker members{object};
  json_member found;
  while (members.next(found)) {
    if (codec::unescape(found.raw_key) == name) return found.value;
  }
  return std::nullopt;
}

/// Whether a string means itself to a YAML reader without quotes, under the rules of YAML 1.1 and 1.2 both.
bool is_plain(std::string_view text) {
  static constexpr std::array<std::string_view, 10> words{"true", "false", "null", "yes", "no",
                                                          "on",   "off",   "y",    "n",   "~"};
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_inner = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '/';
  };
  if (text.empty() || !is_letter(text.front()) || !std::ranges::all_of(text, is_inner)) return false;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::ranges::none_of(words, [&](std::string_view word) {
    return std::ranges::equal(word, text, [&](char a, char b) { return a == lower(b); });
  });
}

/// A string in double quotes, spelt anew: of JSON's escapes YAML lacks the two for one code point above U+FFFF, and a
/// JSON string may hold characters that no YAML may.
void append_quoted(std::string& out, std::string_view raw) {
  std::string text;
  for (const char c : codec::unescape(raw)) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
  }
  out.append("\"").append(printable(text)).append("\"");
}

/// JSON's other scalars are YAML's; strings that need no quotes lose them.
void append_scalar(std::string& out, std::string_view value) {
  if (!value.starts_with('"')) {
    out += value;
    return;
  }
  const auto content = value.substr(1, value.size() - 2);
  if (is_plain(content)) {
    out += content;
  } else {
    append_quoted(out, content);
  }
}

void append_node(std::string& out, std::string_view value, const std::string& indent);

void append_mapping(std::string& out, std::string_view object, const std::string& indent) {
  member_walker members{object};
  json_member item;
  for (bool first = true; members.next(item); first = false) {
    if (!first) out.append("\n").append(indent);
    append_scalar(out, "\"" + std::string{item.raw_key} + "\"");
    out += ':';
    const bool nested = item.value.starts_with('{') || item.value.starts_with('[');
    const bool empty = item.value == "{}" || item.value == "[]";
    if (nested && !empty) {
      const std::string deeper = indent + "  ";
      out.append("\n").append(deeper);
      append_node(out, item.value, deeper);
    } else {
      out += ' ';
      append_node(out, item.value, indent);
    }
  }
}

void append_sequence(std::string& out, std::string_view array, const std::string& indent) {
  element_walker elements{array};
  std::string_view item;
  for (bool first = true; elements.next(item); first = false) {
    if (!first) out.append("\n").append(indent);
    out += "- ";
    append_node(out, item, indent + "  ");
  }
}

void append_node(std::string& out, std::string_view value, const std::string& indent) {
  if (value == "{}" || value == "[]") {
    out += value;
  } else if (value.starts_with('{')) {
    append_mapping(out, value, indent);
  } else if (value.starts_with('[')) {
    append_sequence(out, value, indent);
  } else {
    append_scalar(out, value);
  }
}

}  // namespace

std::optional<std::string> member_text(std::string_view json, std::string_view pointer) {
  const auto document = compact(json);
  if (!document) return std::nullopt;
  std::string_view value{*document};
  while (pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const auto name = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(name.size());
    const auto found = member(value, name);
    if (!found) return std::nullopt;
    value = *found;
  }
  if (value == "null") return std::nullopt;
  return text_of(value);
}

void visit_members(std::string_view json, std::string_view open,
                   const std::function<void(const std::string& name, const std::string& text)>& visit) {
  const auto document = compact(json);
  if (!document || !document->starts_with('{')) return;
  const auto is_open = [&](const std::string& name) {
    return (" " + std::string{open} + " ").find(" " + name + " ") != std::string::npos;
  };
  member_walker members{*document};
  json_member item;
  while (members.next(item)) {
    const auto name = codec::unescape(item.raw_key);
    if (!item.value.starts_with('{') || !is_open(name)) {
      visit(name, text_of(item.value));
      continue;
    }
    member_walker inner{item.value};
    json_member nested;
    while (inner.next(nested)) visit(name + "." + codec::unescape(nested.raw_key), text_of(nested.value));
  }
}

std::vector<std::string> element_texts(std::string_view json, std::string_view pointer) {
  std::vector<std::string> texts;
  const auto array = member_text(json, pointer).value_or("");
  if (!array.starts_with('[')) return texts;
  element_walker elements{array};
  std::string_view item;
  while (elements.next(item)) texts.push_back(text_of(item));
  return texts;
}

std::string with_member(std::string_view object, std::string_view name, std::string_view value) {
  std::string out{object.substr(0, object.find_last_of('}'))};
  if (!out.ends_with('{')) out += ',';
  codec::append_json_string(out, name);
  return out.append(":").append(value).append("}");
}

std::string without_member(std::string_view object, std::string_view name) {
  const auto document = compact(object);
  if (!document || !document->starts_with('{')) return std::string{object};
  std::string out{"{"};
  member_walker members{*document};
  json_member item;
  while (members.next(item)) {
    if (codec::unescape(item.raw_key) == name) continue;
    if (out.size() > 1) out += ',';
    out.append("\"").append(item.raw_key).append("\":").append(item.value);
  }
  return out += '}';
}

std::string to_yaml(std::string_view json, std::string_view indent) {
  std::string out;
  if (const auto document = compact(json)) append_node(out, *document, std::string{indent});
  return out;
}

std::string to_indented_json(std::string_view json) {
  const auto document = compact(json);
  if (!document) return {};
  std::string out;
  std::string indent{"\n"};
  bool in_string = false;
  for (std::size_t at = 0; at < document->size(); ++at) {
    const char c = (*document)[at];
    const bool opens = !in_string && (c == '{' || c == '[');
    const bool closes = !in_string && (c == '}' || c == ']');
    const bool is_empty =
        opens && at + 1 < document->size() && ((*document)[at + 1] == '}' || (*document)[at + 1] == ']');
    if (is_empty) {
      out.append({c, (*document)[++at]});
      continue;
    }
    if (closes) out += indent.erase(indent.size() - 2);
    out += c;
    if (opens) out += indent.append("  ");
    if (!in_string && c == ',') out += indent;
    if (!in_string && c == ':') out += ' ';
    if (in_string && c == '\\') {
      out += (*document)[++at];
    } else if (c == '"') {
      in_string = !in_string;
    }
  }
  return out;
}

bool is_json_object(std::string_view text) { return codec::compact_object(text, max_json_depth).has_value(); }

}  // namespace eventmgr::evctl
