#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::evctl {

/// How deep a document may be that is looked into. It bounds every recursion over one.
constexpr std::uint32_t max_json_depth = 200;

// Looking into JSON documents that the daemon wrote, without changing how anything in them is spelt.

/// The text of the member that a JSON Pointer names: a string's content, anything else as it is written. nullopt if it
/// is absent or null, or if the text is not JSON.
std::optional<std::string> member_text(std::string_view json, std::string_view pointer);

/// Calls `visit` with each member of an object, in order: its name, and its text as `member_text` gives it ("" for
/// null). Members of the objects named in `open` (separated by spaces) are visited in its place, as "name.member".
void visit_members(std::string_view json, std::string_view open,
                   const std::function<void(const std::string& name, const std::string& text)>& visit);

/// The texts of an array's elements, as `member_text` gives them; none if there is no array at the pointer.
std::vector<std::string> element_texts(std::string_view json, std::string_view pointer);

/// The object with one more member at its end. `object` and `value` are JSON as the daemon writes it.
std::string with_member(std::string_view object, std::string_view name, std::string_view value);

/// The object without the member of that name. `object` is JSON as the daemon writes it.
std::string without_member(std::string_view object, std::string_view name);

/// The same document as YAML, which a terminal can show: what `printable` escapes is escaped in its strings. `indent`
/// is put before every line but the first.
std::string to_yaml(std::string_view json, std::string_view indent = {});

/// The same document with a member a line, indented by two spaces; "" for what is no JSON.
std::string to_indented_json(std::string_view json);

/// Whether the text is one JSON object.
bool is_json_object(std::string_view text);

}  // namespace eventmgr::evctl
