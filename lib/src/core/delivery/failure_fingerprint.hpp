#pragma once

#include <string>
#include <string_view>

namespace eventmgr {

/// What failures of one kind have in common: of a reason, with ids, numbers, times, addresses, paths of URLs and quoted
/// texts replaced, each by what it is ("<id>", "<n>", "<time>", "<address>", "<path>", "<text>"), at most 256 bytes.
/// The status of "HTTP 500" stays, for it is what tells kinds apart. Takes time in proportion to the reason's length.
std::string failure_kind(std::string_view reason);

/// 16 hexadecimal digits that stand for `failure_kind(reason)`; the same on every machine and in every release.
std::string failure_fingerprint(std::string_view reason);

}  // namespace eventmgr
