#pragma once

#include "session.hpp"

#include <string>
#include <string_view>

namespace eventmgr::evctl {

/// Lets the user change a JSON object in $VISUAL, $EDITOR or vi, and answers the difference as a merge patch (RFC
/// 7396). A text that is no JSON object may be edited again. Needs a terminal. Fails with `invalid_request` if nothing
/// was changed, if the editor failed, or if no merge patch can say the change (a member that is to be null).
result<std::string> edit_payload(const std::string& payload, session& here);

/// What is merged into one object to make another of it: the text of a JSON object, "{}" if they mean the same. Both
/// are compact JSON. Fails with `invalid_request` where there is no such patch.
result<std::string> make_merge_patch(std::string_view from, std::string_view to);

}  // namespace eventmgr::evctl
