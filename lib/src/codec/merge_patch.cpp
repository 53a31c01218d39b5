#include "codec/merge_patch.hpp"

#include "codec/json_walk.hpp"
#include "codec/json_writer.hpp"

#include <map>

namespace eventmgr::codec {

std::string merge_patch(std::string_view target, std::string_view patch) {
  if (patch.front() != '{') return std::string{patch};
  if (target.front() != '{') target = "{}";

  struct change {
    std::string_view value;
    bool is_done{false};
  };
  std::map<std::string, change> changes;
  json_member member;
  for (member_walker walker{patch}; walker.next(member);) {
    changes.insert_or_assign(unescape(member.raw_key), change{member.value});
  }

  std::string out{"{"};
  const auto append = [&](std::string_view key, std::string_view value) {
    if (out.size() > 1) out += ',';
    append_json_string(out, key);
    out += ':';
    out += value;
  };
  for (member_walker walker{target}; walker.next(member);) {
    const std::string key = unescape(member.raw_key);
    const auto found = changes.find(key);
    if (found == changes.end()) {
      append(key, member.value);
      continue;
    }
    found->second.is_done = true;
    if (found->second.value != "null") append(key, merge_patch(member.value, found->second.value));
  }
  for (const auto& [key, added] : changes) {
    // An object that is new is merged into nothing, which takes its nulls away.
    if (!added.is_done && added.value != "null") append(key, merge_patch("{}", added.value));
  }
  out += '}';
  return out;
}

}  // namespace eventmgr::codec
