#pragma once

#include "../exit_code.hpp"
#include "../session.hpp"

#include <string>

namespace eventmgr::evctl {

/// `publish --batch`: reads whole events, one a line of NDJSON, from a file or ("-") standard input, and publishes them
/// in requests of at most 1,000 events and a few MiB. What has been read is not held back while more is awaited.
exit_code publish_batch_file(const std::string& path, session& here);

}  // namespace eventmgr::evctl
