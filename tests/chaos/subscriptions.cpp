#include "chaos/subscriptions.hpp"

#include "bench/wire/http_session.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace eventmgr::chaos {

namespace {

using nlohmann::json;

}  // namespace

bool wait_until_settled(const bench::endpoint& where, const std::string& name, std::chrono::seconds limit) {
  const auto settled = [&] { return bench::settlement_of(where, name).unsettled == 0; };
  return testing::eventually(settled, limit, std::chrono::milliseconds(20));
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
