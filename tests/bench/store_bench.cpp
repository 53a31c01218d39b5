// Measures the embedded store's write path: events/s, CPU per event (checkpoints included) and commit times, by size of
// the group. Usage: store_bench [FOLDER] [EVENTS] [CORRELATED_PERCENT]

#include "store/sqlite/sqlite_event_store.hpp"
#include "support/store_events.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace {

using namespace eventmgr;
using clock_type = std::chrono::steady_clock;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::vector<std::shared_ptr<event>> make_events(testing::event_maker& make, std::size_t count, unsigned correlated) {
  const std::string payload = R"({"text":")" + std::string(480, 'x') + R"("})";
  std::vector<std::shared_ptr<event>> events;
  events.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto record = make.make("project/area" + std::to_string(i % 50) + "/updated", payload);
    record->source = "service-" + std::to_string(i % 10);
    record->metadata = R"({"projectId":"p1","tags":["bench"]})";
    record->priority = static_cast<enum priority>(i % 16 == 0 ? 1 : 2);
    if (i % 100 < correlated) record->correlation_id = make.next_id();
    events.push_back(std::move(record));
  }
  return events;
}

void measure(const std::filesystem::path& folder, std::size_t group, std::size_t count, unsigned correlated) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  testing::event_maker make;
  auto events = make_events(make, count, correlated);
  const auto store = make_sqlite_event_store({.path = (folder / "events.db").string()});

  std::vector<append_entry> entries;
  std::vector<double> commit_ms;
  const double cpu_before = cpu_seconds();
  const auto start = clock_type::now();
  for (std::size_t at = 0; at < events.size(); at += group) {
    entries.clear();
    for (std::size_t i = at; i < std::min(at + group, events.size()); ++i) entries.push_back({.record = events[i]});
    commit_batch batch{.entries = entries, .now = testing::at_ms(static_cast<std::int64_t>(at))};
    const auto begun = clock_type::now();
    store->commit(batch);
    commit_ms.push_back(std::chrono::duration<double, std::milli>(clock_type::now() - begun).count());
  }
  const double wall = std::chrono::duration<double>(clock_type::now() - start).count();
  const double cpu = cpu_seconds() - cpu_before;
  std::ranges::sort(commit_ms);
  const auto quantile = [&](double q) {
    return commit_ms[static_cast<std::size_t>(q * static_cast<double>(commit_ms.size() - 1))];
  };
  const auto wal = std::filesystem::file_size(folder / "events.db-wal");
  std::printf("group %5zu: %8.0f events/s, %5.2f us CPU an event, commit p50 %.2f p99 %.2f max %.1f ms, WAL %.0f MiB\n",
              group, static_cast<double>(count) / wall, 1e6 * cpu / static_cast<double>(count), quantile(0.5),
              quantile(0.99), commit_ms.back(), static_cast<double>(wal) / (1 << 20));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : std::filesystem::temp_directory_path() / "store_bench";
  const std::size_t count = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 200'000;
  const auto correlated = static_cast<unsigned>(argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 0);
  for (const std::size_t group : {std::size_t{1}, std::size_t{64}, std::size_t{400}, std::size_t{4096}}) {
    measure(folder, group, group == 1 ? count / 20 : count, correlated);
  }
  std::filesystem::remove_all(folder);
}
