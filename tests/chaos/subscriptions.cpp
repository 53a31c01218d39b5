#include "chaos/subscriptions.hpp"

#include "bench/wire/http_session.hpp"
#include "chaos/live_server.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace eventmgr::chaos {

namespace {

using nlohmann::json;

}  // namespace

bool wait_until_settled(const bench::endpoint& where, const std::string& name, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (bench::settlement_of(where, name).unsettled > 0) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    pause_for(std::chrono::milliseconds(20));
  }
  return true;
}

id_set dead_letters_of(const bench::endpoint& where, const std::string& name) {
  id_set ids;
  bench::http_session session(where);
  std::string cursor;
  for (;;) {
    const auto answer = session.get("/dead-letters?limit=1000&subscription=" + name +
                                    (cursor.empty() ? std::string() : "&cursor=" + cursor));
    if (answer.status != 200) throw std::runtime_error("GET /dead-letters: " + std::string(answer.body));
    const auto page = json::parse(answer.body);
    for (const auto& letter : page.at("deadLetters")) ids.insert(letter.at("originalEventId").get<std::string>());
    const auto& next = page.at("nextCursor");
    if (next.is_null()) return ids;
    cursor = next.get<std::string>();
  }
}

}  // namespace eventmgr::chaos
