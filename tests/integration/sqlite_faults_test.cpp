#include "store/sqlite/sqlite_event_store.hpp"
#include "support/eventually.hpp"
#include "support/fault_vfs.hpp"
#include "support/process.hpp"
#include "support/sqlite_file.hpp"
#include "support/store_audit.hpp"
#include "support/store_events.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace eventmgr {
namespace {

using namespace testing;
using namespace std::chrono_literals;

sqlite_options options_for(const std::string& path) {
  sqlite_options options;
  options.path = path;
  options.checkpoint_bytes = 100 << 10;
  options.max_wal_bytes = 400 << 10;
  options.retry_interval = 0ms;
  return options;
}

std::vector<std::shared_ptr<event>> random_group(event_maker& make) {
  std::vector<std::shared_ptr<event>> records;
  for (unsigned i = 0; i < 1 + make.random()() % 20; ++i) {
    const std::string payload(make.random()() % 1500, 'x');
    records.push_back(make.make("t" + std::to_string(make.random()() % 9), R"({"p":")" + payload + "\"}"));
  }
  return records;
}

void remember(std::vector<acknowledged>& kept, const std::vector<append_entry>& entries) {
  for (const append_entry& entry : entries) kept.push_back({entry.record->id, entry.record->seq});
}

/// Commits groups until one fails, and gives that one.
std::vector<std::shared_ptr<event>> commit_until_failure(event_store& store, event_maker& make,
                                                         std::vector<acknowledged>& kept) {
  for (int i = 0; i < 400; ++i) {
    auto group = random_group(make);
    try {
      remember(kept, commit(store, group));
    } catch (const error& fault) {
      CHECK(fault.reason().code == errc::store_unavailable);
      return group;
    }
  }
  return {};
}

/// Whether all is well soon: what only the checkpointer knows it finds out by trying again.
bool gets_well(const event_store& store) {
  return eventually([&] { return store.trouble().empty(); });
}

/// Opens what a power cut would leave: all that was acknowledged, and of the group that failed all or nothing.
void check_power_cut(const fault_vfs& vfs, const std::string& path, std::size_t failed_group,
                     const std::vector<acknowledged>& kept, double lost, std::mt19937& random) {
  const temp_dir other;
  vfs.copy_after_power_cut(path, other.file("events.db"), lost, random);
  const auto store = make_sqlite_event_store(options_for(other.file("events.db")));
  require_whole(*store, kept);
  const std::uint64_t head = store->partitions().front().head.value;
  CHECK((head == kept.size() || head == kept.size() + failed_group));
}

void run_with_fault(std::uint32_t seed, void (fault_vfs::*inject)(std::uint64_t), std::uint64_t at) {
  CAPTURE(seed, at);
  fault_vfs vfs;
  const temp_dir folder;
  event_maker make{seed};
  std::vector<acknowledged> kept;
  const auto store = make_sqlite_event_store(options_for(folder.file("events.db")));
  for (int i = 0; i < 3; ++i) remember(kept, commit(*store, random_group(make)));

  (vfs.*inject)(at);
  const auto failed = commit_until_failure(*store, make, kept);
  REQUIRE_FALSE(failed.empty());
  CHECK_FALSE(store->trouble().empty());
  CHECK(store->partitions().front().head.value == kept.size());
  require_whole(*store, kept);
  vfs.heal();
  for (const double lost : {0.0, 0.5, 1.0}) {
    check_power_cut(vfs, folder.file("events.db"), failed.size(), kept, lost, make.random());
  }

  const auto entries = commit(*store, failed);
  for (const append_entry& entry : entries) CHECK(entry.outcome == append_outcome::stored);
  remember(kept, entries);
  CHECK(gets_well(*store));
  for (int i = 0; i < 20; ++i) {
    remember(kept, commit(*store, random_group(make)));
    check_power_cut(vfs, folder.file("events.db"), 0, kept, i % 2 == 0 ? 1.0 : 0.5, make.random());
  }
  require_whole(*store, kept);
}

TEST_CASE("a sync that fails loses nothing that was acknowledged and keeps nothing that was not", "[sqlite]") {
  for (std::uint32_t n = 1; n <= 30; ++n) run_with_fault(n, &fault_vfs::fail_syncs_from, n);
}

TEST_CASE("a write that fails loses nothing that was acknowledged and keeps nothing that was not", "[sqlite]") {
  for (std::uint32_t n = 1; n <= 60; n += 2) run_with_fault(n, &fault_vfs::fail_writes_from, n * n / 4 + n);
}

/// A short log of pages that no later event changes.
std::vector<std::shared_ptr<event>> full_pages(event_maker& make) {
  std::vector<std::shared_ptr<event>> records;
  for (int i = 0; i < 8; ++i) records.push_back(make.make("t", R"({"p":")" + std::string(1000, 'x') + "\"}"));
  return records;
}

/// Commits until the log was begun anew about twice.
void fill_log(event_store& store, event_maker& make, std::vector<acknowledged>& kept) {
  for (int i = 0; i < 80; ++i) remember(kept, commit(store, random_group(make)));
}

TEST_CASE("a sync of the database that fails behind a snapshot loses nothing", "[sqlite]") {
  fault_vfs vfs;
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make{8};
  std::vector<acknowledged> kept;
  const auto store = make_sqlite_event_store(options_for(path));
  remember(kept, commit(*store, full_pages(make)));
  auto snapshot = store->snapshot();
  // The passes end at the snapshot's place.
  fill_log(*store, make, kept);

  vfs.fail_database_syncs(1);
  snapshot.reset();
  for (int i = 0; i < 400 && vfs.database_faults_left() > 0; ++i) remember(kept, commit(*store, random_group(make)));
  REQUIRE(vfs.database_faults_left() == 0);

  fill_log(*store, make, kept);
  CHECK(gets_well(*store));
  for (const double lost : {0.5, 1.0}) check_power_cut(vfs, path, 0, kept, lost, make.random());
  require_whole(*store, kept);
}

TEST_CASE("a pass over the log is synced at once, and leaves nothing for the writer to sync", "[sqlite]") {
  fault_vfs vfs;
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make{11};
  std::vector<acknowledged> kept;
  const auto store = make_sqlite_event_store(options_for(path));
  remember(kept, commit(*store, full_pages(make)));
  // No pass can reach the end of the log, where SQLite would sync.
  const auto snapshot = store->snapshot();
  fill_log(*store, make, kept);
  CHECK(testing::eventually([&] { return !vfs.has_unsynced(path); }));
  check_power_cut(vfs, path, 0, kept, 1.0, make.random());
}

TEST_CASE("a snapshot in whose way the log is mended says so, and the next one is whole", "[sqlite]") {
  fault_vfs vfs;
  const temp_dir folder;
  event_maker make{9};
  std::vector<acknowledged> kept;
  const auto store = make_sqlite_event_store(options_for(folder.file("events.db")));
  remember(kept, commit(*store, full_pages(make)));
  const auto snapshot = store->snapshot();
  CHECK_FALSE(snapshot->read_log({}, {}).empty());

  vfs.fail_database_writes(1);
  for (int i = 0; i < 400 && vfs.database_faults_left() > 0; ++i) remember(kept, commit(*store, random_group(make)));
  REQUIRE(vfs.database_faults_left() == 0);
  fill_log(*store, make, kept);

  CHECK_THROWS_WITH(snapshot->read_log({}, {}), Catch::Contains("begin again"));
  CHECK_FALSE(store->snapshot()->read_log({}, {}).empty());
}

TEST_CASE("what a run has failed to sync does not take with it what the next one acknowledges", "[sqlite]") {
  fault_vfs vfs;
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make{10};
  std::vector<acknowledged> kept;
  auto store = make_sqlite_event_store(options_for(path));
  for (int i = 0; i < 3; ++i) remember(kept, commit(*store, random_group(make)));
  vfs.fail_syncs_from(1);
  const auto failed = random_group(make);
  CHECK_THROWS_AS(commit(*store, failed), error);
  // As a process that is killed.
  store.reset();
  vfs.heal();

  store = make_sqlite_event_store(options_for(path));
  // It may be there, for it was written; the publisher was not told so.
  const bool there = store->partitions().front().head.value > kept.size();
  for (const auto& record : failed) {
    if (there) kept.push_back({record->id, {kept.size() + 1}});
  }
  remember(kept, commit(*store, random_group(make)));

  check_power_cut(vfs, path, 0, kept, 1.0, make.random());
}

TEST_CASE("a power cut between commits loses nothing", "[sqlite]") {
  fault_vfs vfs;
  const temp_dir folder;
  event_maker make{5};
  std::vector<acknowledged> kept;
  const auto store = make_sqlite_event_store(options_for(folder.file("events.db")));
  for (int i = 0; i < 60; ++i) {
    for (int group = 0; group < 5; ++group) remember(kept, commit(*store, random_group(make)));
    check_power_cut(vfs, folder.file("events.db"), 0, kept, i % 2 == 0 ? 1.0 : 0.5, make.random());
  }
}

TEST_CASE("a full disk refuses events, and takes them again when there is room", "[sqlite]") {
  fault_vfs vfs;
  const temp_dir folder;
  event_maker make{6};
  std::vector<acknowledged> kept;
  // Without checkpoints, which would make room by themselves.
  const sqlite_options options{.path = folder.file("events.db"), .retry_interval = 0ms};
  auto store = make_sqlite_event_store(options);
  for (int round = 0; round < 4; ++round) {
    vfs.limit_growth(200 << 10);
    const auto failed = commit_until_failure(*store, make, kept);
    REQUIRE_FALSE(failed.empty());
    CHECK_THAT(store->trouble(), Catch::Contains("no space left") && Catch::Contains(folder.file("events.db")));
    for (int i = 0; i < 5; ++i) CHECK_THROWS_AS(commit(*store, failed), error);
    require_whole(*store, kept);

    vfs.heal();
    remember(kept, commit(*store, failed));
    CHECK(store->partitions().front().head.value == kept.size());
  }
  require_whole(*store, kept);
  store.reset();
  require_whole(*make_sqlite_event_store(options), kept);
}

TEST_CASE("a disk that fills up while checkpoints run never loses what was acknowledged", "[sqlite]") {
  fault_vfs vfs;
  const temp_dir folder;
  event_maker make{7};
  std::vector<acknowledged> kept;
  const auto store = make_sqlite_event_store(options_for(folder.file("events.db")));
  for (int round = 0; round < 20; ++round) {
    vfs.limit_growth(make.random()() % (300 << 10));
    const auto failed = commit_until_failure(*store, make, kept);
    REQUIRE_FALSE(failed.empty());
    require_whole(*store, kept);

    vfs.heal();
    remember(kept, commit(*store, failed));
    CHECK(gets_well(*store));
  }
  require_whole(*store, kept);
}

/// The words of a failed commit, for which the batch must not be blamed.
template <class Commit>
std::string fault_of_the_store(const Commit& commit) {
  try {
    commit();
    FAIL("the store has taken it");
  } catch (const batch_refused&) {
    FAIL("the batch is blamed");
  } catch (const error& fault) {
    return fault.what();
  }
  return {};
}

TEST_CASE("a row that is refused is the batch's fault, and a lock of another program is not", "[sqlite]") {
  const temp_dir folder;
  event_maker make;
  sqlite_options options = options_for(folder.file("events.db"));
  options.query_timeout = 20ms;
  const auto store = make_sqlite_event_store(options);
  commit_one(*store, make.make("t"));
  execute(options.path,
          "CREATE TRIGGER poison BEFORE INSERT ON events WHEN new.payload LIKE '%poison%' "
          "BEGIN SELECT RAISE(ABORT, 'poison'); END");

  CHECK_THROWS_AS(commit_one(*store, make.make("t", R"({"p":"poison"})")), batch_refused);
  CHECK(commit_one(*store, make.make("t")).record->seq == offset{2});
  CHECK(store->trouble().empty());

  std::optional<sqlite_file> foreign{options.path};
  foreign->execute("BEGIN IMMEDIATE");
  CHECK_THAT(fault_of_the_store([&] { commit_one(*store, make.make("t")); }),
             Catch::Contains("locked by another program"));
  foreign.reset();
  CHECK(commit_one(*store, make.make("t")).record->seq == offset{3});
}

TEST_CASE("a failure that costs the connection and comes back opens the file anew once, until a commit succeeds",
          "[sqlite]") {
  const temp_dir folder;
  event_maker make;
  sqlite_options options = options_for(folder.file("events.db"));
  options.retry_interval = 1h;
  const auto store = make_sqlite_event_store(options);
  commit_one(*store, make.make("t"));
  // As SQLite sees it, no row is refused: the statement fails, as on a damaged page.
  execute(options.path,
          "CREATE TRIGGER poison BEFORE INSERT ON events BEGIN "
          "SELECT abs(CASE WHEN new.payload LIKE '%poison%' THEN -9223372036854775807 - 1 END); END");
  const auto commit_poison = [&] { commit_one(*store, make.make("t", R"({"p":"poison"})")); };
  const auto openings = [&] {
    return std::stoi(sqlite_file{options.path}.read("SELECT value FROM meta WHERE name = 'openings'").at(0));
  };
  const int before = openings();

  for (std::uint64_t seq = 2; seq <= 3; ++seq) {
    CHECK_THROWS_AS(commit_poison(), batch_refused);
    CHECK(commit_one(*store, make.make("t")).record->seq == offset{seq});
  }
  CHECK(openings() == before + 2);

  for (int i = 0; i < 2; ++i) CHECK_THROWS_AS(commit_poison(), batch_refused);
  CHECK(openings() == before + 3);
  for (int i = 0; i < 5; ++i) {
    CHECK_THAT(fault_of_the_store(commit_poison), Catch::Contains("integer overflow"));
  }
  CHECK(openings() == before + 3);
}

TEST_CASE("a file system on which there can be no write-ahead log is refused", "[sqlite]") {
  fault_vfs vfs;
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  vfs.take_shared_memory_away();

  CHECK_THROWS_WITH(make_sqlite_event_store(options_for(path)),
                    Catch::Contains(path) && Catch::Contains("write-ahead"));
}

TEST_CASE("trouble ends by itself, without a publish", "[sqlite]") {
  fault_vfs vfs;
  const temp_dir folder;
  event_maker make;
  const auto store = make_sqlite_event_store(options_for(folder.file("events.db")));
  vfs.fail_syncs_from(1);
  CHECK_THROWS_AS(commit_one(*store, make.make("t")), error);
  CHECK_FALSE(store->trouble().empty());

  vfs.heal();

  CHECK(gets_well(*store));
  CHECK(commit_one(*store, make.make("t")).record->seq == offset{1});
}

}  // namespace
}  // namespace eventmgr
