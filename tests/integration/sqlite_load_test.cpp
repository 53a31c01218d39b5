#include "store/sqlite/sqlite_event_store.hpp"
#include "support/process.hpp"
#include "support/sqlite_file.hpp"
#include "support/store_audit.hpp"
#include "support/store_events.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <optional>
#include <thread>

namespace eventmgr {
namespace {

using namespace testing;
using namespace std::chrono_literals;

constexpr std::uint64_t mib = 1ULL << 20U;

/// Commits about so many bytes in groups; gives the largest size that the write-ahead log had.
std::uint64_t load(event_store& store, event_maker& make, const std::string& path, std::uint64_t bytes) {
  std::uint64_t largest = 0;
  for (std::uint64_t done = 0; done < bytes;) {
    std::vector<std::shared_ptr<event>> records;
    for (int i = 0; i < 100; ++i) {
      records.push_back(make.make("t" + std::to_string(i % 5), R"({"p":")" + std::string(1000, 'x') + "\"}"));
      done += 1000;
    }
    commit(store, records);
    largest = std::max<std::uint64_t>(largest, std::filesystem::file_size(path + "-wal"));
  }
  return largest;
}

TEST_CASE("the write-ahead log stays bounded under load", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  const auto store = make_sqlite_event_store({.path = path, .checkpoint_bytes = 2 * mib, .max_wal_bytes = 8 * mib});

  const std::uint64_t first = load(*store, make, path, 20 * mib);
  const std::uint64_t second = load(*store, make, path, 20 * mib);

  CHECK(first >= mib);
  CHECK(first <= 9 * mib);
  CHECK(second <= 9 * mib);
  CHECK(second >= std::min(first, 8 * mib));
}

TEST_CASE("readers do not keep the write-ahead log from starting afresh", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  const auto store = make_sqlite_event_store({.path = path, .checkpoint_bytes = mib, .max_wal_bytes = 6 * mib});
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> reads{0};
  std::thread reader{[&] {
    while (!stop) {
      event_query query;
      query.topic = topic_pattern::parse("t1").value();
      store->query_events(query).value();
      store->read_log({.max_events = 500});
      ++reads;
    }
  }};

  const std::uint64_t largest = load(*store, make, path, 20 * mib);

  stop = true;
  reader.join();
  CHECK(reads > 0);
  CHECK(largest <= 8 * mib);
}

TEST_CASE("a foreign reader makes the write-ahead log grow no longer than it reads", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  const auto store = make_sqlite_event_store(
      {.path = path, .query_timeout = 100ms, .checkpoint_bytes = mib, .max_wal_bytes = 2 * mib});
  load(*store, make, path, mib);
  std::optional<sqlite_file> foreign{path};
  foreign->execute("BEGIN; SELECT count(*) FROM events");

  CHECK(load(*store, make, path, 8 * mib) > 6 * mib);

  foreign.reset();
  load(*store, make, path, 2 * mib);
  CHECK(load(*store, make, path, 10 * mib) <= 3 * mib);
  CHECK(store->trouble().empty());
}

TEST_CASE("the write-ahead log keeps its limit also where the copying never gets ahead", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  const auto store = make_sqlite_event_store({.path = path, .checkpoint_bytes = mib, .max_wal_bytes = mib + mib / 8});

  CHECK(load(*store, make, path, 40 * mib) <= 2 * mib);
  CHECK(store->trouble().empty());
}

TEST_CASE("a query that takes too long ends, and is no trouble of the store", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  {
    const auto store = make_sqlite_event_store({.path = path});
    load(*store, make, path, 30 * mib);
  }
  const auto store = make_sqlite_event_store({.path = path, .query_timeout = 1ms});
  event_query query;
  query.tag = "none";

  try {
    store->query_events(query).value();
    FAIL("30,000 events were searched in a millisecond");
  } catch (const error& fault) {
    CHECK(fault.reason().code == errc::store_unavailable);
    CHECK_THAT(fault.what(), Catch::Contains("queryTimeout"));
  }
  CHECK(store->trouble().empty());
}

TEST_CASE("many readers share few connections while commits go on", "[sqlite]") {
  const temp_dir folder;
  event_maker make;
  const auto store = make_sqlite_event_store({.path = folder.file("events.db"), .readers = 2});
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 6; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const offset head = store->partitions().front().head;
        const log_page page = store->read_log({.after = {head.value > 50 ? head.value - 50 : 0}, .through = head});
        for (const auto& record : page.events) {
          const auto found = store->find_event(record->id);
          if (!found || *found != *record || record->topic.str().empty()) ++wrong;
        }
      }
    });
  }

  for (int group = 0; group < 60; ++group) {
    std::vector<std::shared_ptr<event>> records;
    for (int i = 0; i < 20; ++i) records.push_back(make.make("t" + std::to_string(group)));
    commit(*store, records);
  }

  stop = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(wrong == 0);
  require_whole(*store, {});
}

}  // namespace
}  // namespace eventmgr
