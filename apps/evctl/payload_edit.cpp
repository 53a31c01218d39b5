#include "payload_edit.hpp"

#include "codec/json_compact.hpp"
#include "codec/json_walk.hpp"
#include "codec/merge_patch.hpp"
#include "codec/object_writer.hpp"
#include "editor.hpp"
#include "json_text.hpp"
#include "terminal.hpp"

#include <optional>

namespace eventmgr::evctl {
namespace {

using codec::element_walker;
using codec::json_member;
using codec::member_walker;

/// The member of that name; of several the last, as a parser takes it.
std::optional<std::string_view> find(std::string_view object, const std::string& name) {
  std::optional<std::string_view> found;
  json_member item;
  for (member_walker members{object}; members.next(item);) {
    if (codec::unescape(item.raw_key) == name) found = item.value;
  }
  return found;
}

bool means_the_same(std::string_view one, std::string_view other);

bool has_the_members(std::string_view one, std::string_view other) {
  json_member item;
  for (member_walker members{one}; members.next(item);) {
    const auto there = find(other, codec::unescape(item.raw_key));
    if (!there || !means_the_same(item.value, *there)) return false;
  }
  return true;
}

bool means_the_same(std::string_view one, std::string_view other) {
  if (one == other) return true;
  if (one.starts_with('{') && other.starts_with('{')) {
    return has_the_members(one, other) && has_the_members(other, one);
  }
  if (one.starts_with('[') && other.starts_with('[')) {
    element_walker left{one};
    element_walker right{other};
    std::string_view a;
    std::string_view b;
    for (;;) {
      const bool more = left.next(a);
      if (more != right.next(b)) return false;
      if (!more) return true;
      if (!means_the_same(a, b)) return false;
    }
  }
  const auto text = codec::string_value(one);
  return text && text == codec::string_value(other);
}

std::string difference(std::string_view from, std::string_view to) {
  std::string out;
  codec::object_writer patch{out};
  json_member item;
  for (member_walker members{from}; members.next(item);) {
    const auto name = codec::unescape(item.raw_key);
    if (!find(to, name)) patch.null(name);
  }
  for (member_walker members{to}; members.next(item);) {
    const auto name = codec::unescape(item.raw_key);
    const auto before = find(from, name);
    if (before && means_the_same(*before, item.value)) continue;
    const bool both_objects = before && before->starts_with('{') && item.value.starts_with('{');
    patch.key(name) += both_objects ? difference(*before, item.value) : std::string{item.value};
  }
  patch.end();
  return out;
}

}  // namespace

result<std::string> make_merge_patch(std::string_view from, std::string_view to) {
  auto patch = difference(from, to);
  if (means_the_same(codec::merge_patch(from, patch), to)) return patch;
  return failure{errc::invalid_request, "a merge patch cannot make a member null; leave the member out instead"};
}

result<std::string> edit_payload(const std::string& payload, session& here) {
  const auto before = codec::compact_object(payload, max_json_depth);
  if (!before) return before.error();
  std::string text = to_indented_json(*before) + "\n";
  for (;;) {
    auto edited = edit_text(text, ".json");
    if (!edited) return edited.error();
    const auto after = codec::compact_object(*edited, max_json_depth);
    if (after) {
      auto patch = make_merge_patch(*before, *after);
      if (patch && *patch == "{}") return failure{errc::invalid_request, "the payload was not changed"};
      if (patch) return patch;
      here.say(patch.error().message);
    } else {
      here.say("the payload must be a JSON object: " + after.error().message);
    }
    if (!confirm("Edit it again?")) return failure{errc::invalid_request, "nothing was requeued"};
    text = *std::move(edited);
  }
}

}  // namespace eventmgr::evctl
