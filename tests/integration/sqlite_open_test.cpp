#include "store/sqlite/sqlite_event_store.hpp"
#include "support/process.hpp"
#include "support/sqlite_file.hpp"
#include "support/store_audit.hpp"
#include "support/store_events.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace eventmgr {
namespace {

using namespace testing;

std::unique_ptr<event_store> open_default_store(const std::string& path) {
  return make_sqlite_event_store({.path = path});
}

/// Why the store cannot be opened; empty if it can.
std::string refusal(const std::string& path) {
  try {
    open_default_store(path);
    return {};
  } catch (const error& fault) {
    CHECK(fault.reason().code == errc::store_unavailable);
    return fault.what();
  }
}

using Catch::Contains;

TEST_CASE("a store that is opened again has everything", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  std::vector<acknowledged> kept;
  for (int opening = 0; opening < 4; ++opening) {
    const auto store = open_default_store(path);
    require_whole(*store, kept);
    CHECK(store->partitions().front().head.value == kept.size());
    for (int i = 0; i < 50; ++i) {
      const auto stored = commit_one(*store, make.make("t" + std::to_string(i % 7)), at_ms(opening * 1000));
      kept.push_back({stored.record->id, stored.record->seq});
    }
    CHECK(commit_one(*store, make.make("t0"), at_ms(0)).record->received_at == at_ms(opening * 1000));
    kept.push_back({store->read_log({.after = {kept.size()}}).events.front()->id, {kept.size() + 1}});
  }
}

TEST_CASE("declarations survive", "[sqlite]") {
  const temp_dir folder;
  const topic_name topic = topic_name::trusted("a/b");
  open_default_store(folder.file("events.db"))->declare_topic({topic, "text"}, declare_mode::create, at_ms(5)).value();

  const auto info = open_default_store(folder.file("events.db"))->find_topic(topic);

  REQUIRE(info);
  CHECK(info->declared);
  CHECK(info->description == "text");
  CHECK(info->declared_at == at_ms(5));
}

TEST_CASE("counts of many topics are right after they were saved on the way", "[sqlite]") {
  const temp_dir folder;
  event_maker make;
  std::vector<acknowledged> kept;
  {
    const auto store = open_default_store(folder.file("events.db"));
    for (int group = 0; group < 25; ++group) {
      std::vector<std::shared_ptr<event>> records;
      for (int i = 0; i < 1000; ++i) records.push_back(make.make("t" + std::to_string(make.random()() % 300)));
      for (const append_entry& entry : commit(*store, records)) kept.push_back({entry.record->id, entry.record->seq});
    }
  }
  execute(folder.file("events.db"), "UPDATE meta SET value = value WHERE name = 'counted_through'");
  const auto store = open_default_store(folder.file("events.db"));
  kept.erase(kept.begin(), kept.end() - 100);
  require_whole(*store, kept);
}

TEST_CASE("a second process is refused, by name of the file", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  auto store = open_default_store(path);

  CHECK_THAT(refusal(path), Contains(path) && Contains("in use") && Contains(std::to_string(::getpid())));
  std::filesystem::create_symlink(path, folder.file("alias.db"));
  CHECK_THAT(refusal(folder.file("alias.db")), Contains("in use"));

  store.reset();
  CHECK(refusal(path).empty());
}

TEST_CASE("a file that is no database is refused and not touched", "[sqlite]") {
  const temp_dir folder;
  const std::string text(5000, 'x');
  const std::string path = folder.write("events.db", text);

  CHECK_THAT(refusal(path), Contains(path) && Contains("not a database"));

  std::ifstream file{path};
  CHECK(std::string{std::istreambuf_iterator<char>{file}, {}} == text);
}

TEST_CASE("a database of another program is refused", "[sqlite]") {
  const temp_dir folder;
  execute(folder.file("events.db"), "CREATE TABLE notes (text)");

  CHECK_THAT(refusal(folder.file("events.db")), Contains("another program"));
}

TEST_CASE("a damaged database is refused", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  {
    const auto store = open_default_store(path);
    event_maker make;
    std::vector<std::shared_ptr<event>> records;
    for (int i = 0; i < 500; ++i) records.push_back(make.make("t"));
    commit(*store, records);
  }
  std::filesystem::remove(path + "-wal");
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  for (int page = 1; page < 20; ++page) {
    file.seekp(page * 4096);
    file.write(std::string(200, '\xFF').data(), 200);
  }
  file.close();

  CHECK_THAT(refusal(path), Contains(path) && Contains("damaged"));
}

TEST_CASE("a missing folder is named", "[sqlite]") {
  CHECK_THAT(refusal("/nonexistent/folder/events.db"), Contains("/nonexistent/folder/events.db"));
}

TEST_CASE("a read-only file is refused", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  open_default_store(path).reset();
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  std::filesystem::permissions(path, std::filesystem::perms{0444});
  for (const char* const other : {"-wal", "-shm", ".lock"}) {
    if (std::filesystem::exists(path + other)) std::filesystem::permissions(path + other, std::filesystem::perms{0666});
  }

  // Root may write anything, so another user tries.
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
    try {
      open_default_store(path);
      ::_exit(1);
    } catch (const error& fault) {
      ::_exit(std::string{fault.what()}.find("cannot be written") == std::string::npos ? 3 : 0);
    }
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("only a schema that needs a newer program is refused", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  open_default_store(path).reset();

  execute(path, "UPDATE meta SET value = 99 WHERE name = 'schema_version'");
  CHECK(refusal(path).empty());

  execute(path, "UPDATE meta SET value = 99 WHERE name = 'min_reader'");
  CHECK_THAT(refusal(path), Contains(path) && Contains("newer release"));
}

TEST_CASE("people can read the log with sqlite3", "[sqlite]") {
  const temp_dir folder;
  event_maker make;
  const auto record = make.make("a/b");
  record->correlation_id = make.next_id();
  record->timestamp = at_ms(1'700'000'000'123);
  {
    const auto store = open_default_store(folder.file("events.db"));
    commit_one(*store, record, at_ms(1'700'000'001'001));
  }

  const auto row = sqlite_file{folder.file("events.db")}.read(
      "SELECT seq, id, topic, type, priority, timestamp, received_at, correlation_id, causation_id, expires_at, "
      "payload FROM event_log");

  CHECK(row == std::vector<std::string>{"1", to_string(record->id), "a/b", "a/b", "NORMAL", "2023-11-14T22:13:20.123Z",
                                        "2023-11-14T22:13:21.001Z", to_string(*record->correlation_id), "NULL", "NULL",
                                        R"({"n":1})"});
}

}  // namespace
}  // namespace eventmgr
