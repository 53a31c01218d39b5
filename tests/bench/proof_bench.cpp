// Measures the ledger proof of a stopped store: events/s, CPU and memory. Makes a store of that many events and ten
// subscriptions, most of which look into payloads, with dead letters and exceptions; one that is there is used again.
// Usage: proof_bench [EVENTS] [FOLDER]

#include "broker/delivery/rule_reader.hpp"
#include "broker/proof/ledger_proof.hpp"
#include "codec/event_document.hpp"
#include "codec/json_subscription_texts.hpp"
#include "store/sqlite/sqlite_event_store.hpp"
#include "support/store_events.hpp"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

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

double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

struct asked_for {
  const char* topic;
  const char* filter;
};

constexpr asked_for wishes[] = {
    {"#", ""},
    {"project/#", ""},
    {"project/area7/updated", ""},
    {"project/*/updated", R"({"payload":{"cost":{"gt":500}}})"},
    {"#", R"({"payload":{"state":["open","held"],"cost":{"lt":100}}})"},
    {"#", R"({"metadata":{"projectId":"p3"}})"},
    {"#", R"({"tags":["bench"],"payload":{"state":"open"}})"},
    {"project/#", R"({"types":["project.area1*"],"payload":{"cost":{"gte":10}}})"},
    {"#", R"({"priority":"HIGH"})"},
    {"#", R"({"payload":{"owner.name":{"prefix":"a"}}})"},
};

/// A durable subscription that has acknowledged everything, but for what it gave up and what waits.
class settled_subscription {
 public:
  settled_subscription(std::uint8_t number, const asked_for& wish, const codec::json_subscription_texts& texts) {
    subscription_definition definition{.name = "bench-" + std::to_string(number), .channel = channel_kind::pull};
    definition.topics = {topic_pattern::parse(wish.topic).value()};
    definition.filter = wish.filter;
    record_.id.value.bytes = {0xBE, 0, 0, 0, 0, 0, 0x70, 0, 0x80};
    record_.id.value.bytes[15] = number;
    record_.name = definition.name;
    record_.definition = texts.store(definition);
    revision_ = {.subscription = record_.id, .from = {{offset{}}}, .matching = texts.matching(definition)};
    rule_ = read_rule(texts, revision_.matching, record_.id).value();
  }

  void see(const event& of, const event_document& document, testing::event_maker& make) {
    if (!rule_->on_topic(of.topic) || !rule_->passes(of, [&]() -> const event_document& { return document; })) return;
    ledger_record& block = blocks_[ledger_block_of(of.seq)];
    ++block.matched;
    const delivery_key key{record_.id, {}, of.seq};
    if (of.seq.value % 97 == 0) {
      ++block.dead;
      changes_.dead_letters.push_back({.id = {make.next_id().value},
                                       .key = key,
                                       .lane = of.priority,
                                       .event = of.id,
                                       .subscription_name = record_.name,
                                       .reason = "HTTP 500"});
    } else if (of.seq.value % 997 == 0) {
      changes_.exceptions.push_back({.key = key, .lane = of.priority, .attempts = 1});
    } else {
      ++block.acknowledged;
    }
  }

  store_changes finish(offset head) {
    changes_.subscriptions.push_back(record_);
    changes_.revisions.push_back(revision_);
    for (int lane = 0; lane < 4; ++lane) {
      changes_.floors.push_back({.subscription = record_.id, .lane = static_cast<priority>(lane), .floor = head});
    }
    for (auto& [block, row] : blocks_) {
      row.subscription = record_.id;
      row.block = block;
      changes_.ledger.push_back(row);
    }
    return std::move(changes_);
  }

 private:
  subscription_record record_{};
  revision_record revision_{};
  matching_history::rule_ptr rule_;
  std::map<std::uint64_t, ledger_record> blocks_;
  store_changes changes_;
};

std::shared_ptr<event> make_event(testing::event_maker& make, std::size_t i) {
  static const char* const states[] = {"open", "held", "done", "lost"};
  static const char* const owners[] = {"ada", "bob", "eve"};
  auto record =
      make.make("project/area" + std::to_string(i % 50) + "/updated",
                R"({"cost":)" + std::to_string(i % 1000) + R"(,"state":")" + states[i % 4] + R"(","owner":{"name":")" +
                    owners[i % 3] + R"("},"text":")" + std::string(400, 'x') + R"("})");
  record->type = "project.area" + std::to_string(i % 50) + ".updated";
  record->metadata = R"({"projectId":"p)" + std::to_string(i % 10) + R"(","tags":["bench"]})";
  record->priority = static_cast<enum priority>(i % 4);
  return record;
}

void fill(const std::string& path, std::size_t count) {
  constexpr std::size_t group = 4096;
  const codec::json_subscription_texts texts;
  const codec::event_document_reader documents;
  testing::event_maker make;
  std::vector<settled_subscription> subscriptions;
  for (const asked_for& wish : wishes) {
    subscriptions.emplace_back(static_cast<std::uint8_t>(subscriptions.size() + 1), wish, texts);
  }
  const auto store = make_sqlite_event_store({.path = path});
  for (std::size_t at = 0; at < count; at += group) {
    std::vector<std::shared_ptr<event>> records;
    for (std::size_t i = at; i < std::min(at + group, count); ++i) records.push_back(make_event(make, i));
    testing::commit(*store, records);
    for (const auto& record : records) {
      const auto document = documents.open(record);
      for (settled_subscription& each : subscriptions) each.see(*record, *document, make);
    }
  }
  for (settled_subscription& each : subscriptions) {
    const store_changes changes = each.finish({count});
    const store_changes* const all[] = {&changes};
    commit_batch batch{.changes = all};
    store->commit(batch);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bool keep = argc > 2;
  const std::filesystem::path folder = keep ? argv[2] : std::filesystem::temp_directory_path() / "proof_bench";
  const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
  if (!keep) std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "events.db").string();
  if (!std::filesystem::exists(path)) fill(path, count);

  const codec::json_subscription_texts texts;
  const codec::event_document_reader documents;
  const double memory_before = peak_mebibytes();
  const double cpu_before = cpu_seconds();
  const auto start = clock_type::now();
  const auto report = prove(*open_sqlite_snapshot(path), {.documents = documents, .texts = texts},
                            [](const proof_progress&) { return true; });
  const double wall = std::chrono::duration<double>(clock_type::now() - start).count();
  std::printf("%llu events, %zu subscriptions: %.1f s, %.0f events/s, %.1f s CPU, peak memory %.0f (before %.0f) MiB\n",
              static_cast<unsigned long long>(report->events), report->subscriptions.size(), wall,
              static_cast<double>(report->events) / wall, cpu_seconds() - cpu_before, peak_mebibytes(), memory_before);
  for (const proof_problem& found : report->problems) std::printf("  %s\n", found.message.c_str());
  if (!keep) std::filesystem::remove_all(folder);
  return report->ok() ? EXIT_SUCCESS : EXIT_FAILURE;
}
