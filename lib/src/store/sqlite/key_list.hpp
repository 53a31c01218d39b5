#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace eventmgr::sqlite {

/// Keys as a JSON array, which is how a list is bound to a statement: `IN (SELECT value FROM json_each(?))`.
std::string key_list(std::span<const std::int64_t> keys);

}  // namespace eventmgr::sqlite
