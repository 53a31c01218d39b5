#pragma once

#include "bench/baseline/append_file.hpp"
#include "bench/load/report.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>

namespace eventmgr::bench {

/// How fast this disk syncs small writes, one after another, for `span` in each mode of appending.
report probe_disk(const std::filesystem::path& folder, std::size_t write_bytes, std::chrono::seconds span);

}  // namespace eventmgr::bench
