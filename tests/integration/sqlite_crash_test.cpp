#include "store/sqlite/sqlite_event_store.hpp"
#include "support/process.hpp"
#include "support/store_audit.hpp"
#include "support/store_events.hpp"

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

namespace eventmgr {
namespace {

using namespace testing;

/// Small limits, so that checkpoints run all the time.
std::unique_ptr<event_store> open_store(const std::string& path) {
  return make_sqlite_event_store({.path = path, .checkpoint_bytes = 256 << 10, .max_wal_bytes = 1 << 20});
}

/// Commits groups for ever and writes each acknowledged event to the descriptor. Runs in a child.
[[noreturn]] void publish_for_ever(const std::string& path, std::uint32_t seed, int to) {
  try {
    const auto store = open_store(path);
    event_maker make{seed};
    while (true) {
      std::vector<std::shared_ptr<event>> records;
      for (unsigned i = 0; i < 1 + make.random()() % 100; ++i) {
        records.push_back(
            make.make("t" + std::to_string(make.random()() % 20), R"({"p":")" + std::string(300, 'x') + "\"}"));
      }
      std::vector<acknowledged> kept;
      for (const append_entry& entry : commit(*store, records)) kept.push_back({entry.record->id, entry.record->seq});
      const auto size = static_cast<ssize_t>(kept.size() * sizeof(acknowledged));
      if (::write(to, kept.data(), static_cast<std::size_t>(size)) != size) ::_exit(2);
    }
  } catch (...) {
    ::_exit(3);
  }
}

/// What comes through the pipe until the child is gone. Kills it once `enough` events were acknowledged.
std::vector<acknowledged> read_and_kill(int from, pid_t child, std::size_t enough) {
  std::vector<acknowledged> kept;
  std::vector<char> bytes;
  std::array<char, 4096> chunk{};
  bool killed = false;
  while (true) {
    const ssize_t size = ::read(from, chunk.data(), chunk.size());
    if (size <= 0) break;
    bytes.insert(bytes.end(), chunk.begin(), chunk.begin() + size);
    if (!killed && bytes.size() / sizeof(acknowledged) >= enough) {
      ::kill(child, SIGKILL);
      killed = true;
    }
  }
  kept.resize(bytes.size() / sizeof(acknowledged));
  std::memcpy(kept.data(), bytes.data(), kept.size() * sizeof(acknowledged));
  return kept;
}

TEST_CASE("what was acknowledged is there after each of many SIGKILLs", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  std::vector<acknowledged> kept;
  std::mt19937 random{42};
  for (std::uint32_t round = 1; round <= 12; ++round) {
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(pipe[0]);
      publish_for_ever(path, round, pipe[1]);
    }
    ::close(pipe[1]);
    const auto more = read_and_kill(pipe[0], child, random() % 3000);
    ::close(pipe[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    kept.insert(kept.end(), more.begin(), more.end());

    const auto store = open_store(path);
    require_whole(*store, kept);
  }
  CHECK(kept.size() > 1000);
}

/// Runs in a child whose files cannot grow beyond a limit: an error of the real file system. 0 if all went as it
/// should.
int outlive_a_size_limit(const std::string& path) {
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlim_t unlimited = limit.rlim_cur;
  const auto store = make_sqlite_event_store({.path = path, .retry_interval = std::chrono::milliseconds{0}});
  event_maker make;
  limit.rlim_cur = 300'000;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::uint64_t stored = 0;
  try {
    for (; stored < 10'000; ++stored) commit_one(*store, make.make("t", R"({"p":")" + std::string(2000, 'x') + "\"}"));
    return 1;
  } catch (const error& fault) {
    if (fault.reason().code != errc::store_unavailable) return 2;
  }
  if (store->trouble().empty()) return 3;
  if (store->partitions().front().head.value != stored) return 4;
  if (store->read_log({}).events.empty()) return 5;
  limit.rlim_cur = unlimited;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  if (commit_one(*store, make.make("t")).record->seq.value != stored + 1) return 6;
  return store->trouble().empty() ? 0 : 7;
}

TEST_CASE("a store lives on when its files may not grow, and recovers when they may", "[sqlite]") {
  const temp_dir folder;
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      ::_exit(outlive_a_size_limit(folder.file("events.db")));
    } catch (...) {
      ::_exit(99);
    }
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace eventmgr
