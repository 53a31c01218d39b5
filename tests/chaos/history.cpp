#include "chaos/history.hpp"

#include "bench/wire/http_session.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace eventmgr::chaos {

namespace {

using nlohmann::json;

class fault_list {
 public:
  void add(std::string what) {
    if (lines_.size() < 20) lines_.push_back(std::move(what));
  }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  std::vector<std::string> lines_;
};

struct close_database {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct finish_statement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

std::unique_ptr<sqlite3_stmt, finish_statement> prepare(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) != SQLITE_OK) {
    throw std::runtime_error(std::string(sql) + ": " + sqlite3_errmsg(database));
  }
  return std::unique_ptr<sqlite3_stmt, finish_statement>(statement);
}

std::string text_of(sqlite3_stmt* statement, int column) {
  const auto* const text = sqlite3_column_text(statement, column);
  return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

std::string bare_hex(std::string uuid) {
  std::erase(uuid, '-');
  return uuid;
}

}  // namespace

std::vector<stored_event> read_history(const bench::endpoint& where) {
  bench::http_session session(where);
  std::vector<stored_event> history;
  std::string cursor;
  for (;;) {
    const auto answer =
        session.get("/events?order=asc&limit=1000" + (cursor.empty() ? std::string() : "&cursor=" + cursor));
    if (answer.status != 200) throw std::runtime_error("GET /events: " + std::string(answer.body));
    const auto page = json::parse(answer.body);
    for (const auto& event : page.at("events")) {
      history.push_back({event.at("seq").get<std::uint64_t>(), event.at("id").get<std::string>(),
                         event.at("topic").get<std::string>(), event.at("priority").get<std::string>(),
                         event.at("receivedAt").get<std::string>()});
    }
    if (!page.at("hasMore").get<bool>()) return history;
    cursor = page.at("nextCursor").get<std::string>();
  }
}

std::vector<std::string> faults_in(const std::vector<stored_event>& history, const acknowledgements& told) {
  fault_list faults;
  std::unordered_map<std::string, std::uint64_t> by_id;
  const stored_event* before = nullptr;
  for (const auto& event : history) {
    const auto expected = before == nullptr ? 1 : before->seq + 1;
    if (event.seq != expected) faults.add(fmt::format("offset {} where {} was expected", event.seq, expected));
    if (before != nullptr && event.received_at < before->received_at) {
      faults.add(fmt::format("offset {} was received before the one before it", event.seq));
    }
    const auto [first, fresh] = by_id.emplace(event.id, event.seq);
    if (!fresh) faults.add(fmt::format("{} is stored at {} and at {}", event.id, first->second, event.seq));
    before = &event;
  }
  for (const auto& [id, seq] : told) {
    const auto found = by_id.find(id);
    if (found == by_id.end()) {
      faults.add(fmt::format("{} was acknowledged at {} and is lost", id, seq));
    } else if (found->second != seq) {
      faults.add(fmt::format("{} was acknowledged at {} and is at {}", id, seq, found->second));
    }
  }
  return faults.take();
}

std::vector<std::string> faults_in_file(const std::string& data_dir, const std::vector<stored_event>& history) {
  sqlite3* opened = nullptr;
  const auto path = data_dir + "/events.db";
  const int status = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<sqlite3, close_database> database(opened);
  if (status != SQLITE_OK) throw std::runtime_error(path + ": " + sqlite3_errmsg(opened));

  fault_list faults;
  const auto integrity = prepare(opened, "PRAGMA integrity_check");
  while (sqlite3_step(integrity.get()) == SQLITE_ROW) {
    const auto line = text_of(integrity.get(), 0);
    if (line != "ok") faults.add(line);
  }
  const auto rows = prepare(opened, "SELECT seq, lower(hex(id)) FROM events ORDER BY seq");
  std::size_t count = 0;
  for (; sqlite3_step(rows.get()) == SQLITE_ROW; ++count) {
    const auto seq = static_cast<std::uint64_t>(sqlite3_column_int64(rows.get(), 0));
    const auto id = text_of(rows.get(), 1);
    if (count >= history.size()) continue;
    if (seq != history[count].seq || id != bare_hex(history[count].id)) {
      faults.add(fmt::format("row {} is {} at {}; the daemon said {} at {}", count, id, seq, history[count].id,
                             history[count].seq));
    }
  }
  if (count != history.size()) faults.add(fmt::format("{} rows; the daemon said {}", count, history.size()));
  return faults.take();
}

std::string joined(const std::vector<std::string>& lines) { return fmt::format("{}", fmt::join(lines, "\n")); }

}  // namespace eventmgr::chaos
