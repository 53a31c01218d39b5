#pragma once

#include <string>
#include <string_view>

namespace eventmgr::codec {

/// What `target` becomes by a merge patch (RFC 7396): members of objects are merged, null takes a member away, all else
/// is replaced. Both are compact, valid JSON, of a depth that a recursion may have. Members keep their order, new ones
/// follow.
std::string merge_patch(std::string_view target, std::string_view patch);

}  // namespace eventmgr::codec
