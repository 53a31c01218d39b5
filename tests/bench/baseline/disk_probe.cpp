#include "bench/baseline/disk_probe.hpp"

#include "bench/wire/event_loop.hpp"
#include "support/process.hpp"

#include <string>
#include <string_view>

namespace eventmgr::bench {

namespace {

void probe(report& out, std::string_view name, append_file file, std::size_t write_bytes, std::chrono::seconds span) {
  const std::string block(write_bytes, 'x');
  samples syncs;
  const auto started = steady_clock::now();
  auto now = started;
  while (now - started < span) {
    check_interrupt();
    file.append(block);
    file.sync();
    const auto done = steady_clock::now();
    syncs.add(std::chrono::duration_cast<std::chrono::microseconds>(done - now));
    now = done;
  }
  const std::chrono::duration<double> elapsed = now - started;
  out.figure(std::string(name) + "_syncs_per_s", static_cast<double>(syncs.count()) / elapsed.count(), "syncs/s");
  out.latency(name, syncs);
}

}  // namespace

report probe_disk(const std::filesystem::path& folder, std::size_t write_bytes, std::chrono::seconds span) {
  report out("probe-disk");
  const testing::temp_dir scratch(folder.string());
  probe(out, "extend", append_file(scratch.path(), append_mode::extend), write_bytes, span);
  probe(out, "overwrite", append_file(scratch.path(), append_mode::overwrite), write_bytes, span);
  return out;
}

}  // namespace eventmgr::bench
