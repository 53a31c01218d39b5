#include "bench/wire/subscription_calls.hpp"

#include "bench/wire/http_session.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace eventmgr::bench {

namespace {

using nlohmann::json;

std::string call(const endpoint& where, std::string_view method, const std::string& target, std::string_view body,
                 int expected) {
  http_session session(where);
  const auto answer = session.call(method, target, body);
  if (answer.status != expected) {
    throw std::runtime_error(std::string(method) + " " + target + " was answered " + std::to_string(answer.status) +
                             " " + std::string(answer.body));
  }
  return std::string(answer.body);
}

std::string path_of(std::string_view name, std::string_view what) {
  return "/subscriptions/" + std::string(name) + "/" + std::string(what);
}

}  // namespace

void create_subscription(const endpoint& where, std::string_view body) {
  call(where, "POST", "/subscriptions", body, 201);
}

void control_subscription(const endpoint& where, std::string_view name, std::string_view action) {
  call(where, "POST", path_of(name, action), {}, 200);
}

std::string subscription_stats(const endpoint& where, std::string_view name) {
  return call(where, "GET", path_of(name, "stats"), {}, 200);
}

settlement settlement_of(const endpoint& where, std::string_view name) {
  const auto stats = json::parse(subscription_stats(where, name));
  const auto count = [&](const char* member) { return stats.at(member).get<std::uint64_t>(); };
  settlement found;
  found.unsettled = count("totalLag") + count("inFlight") + count("exceptions");
  found.matched = count("matched");
  found.acknowledged = count("acknowledged");
  found.dead = count("dead");
  found.skipped = count("skipped");
  found.expired = count("expired");
  return found;
}

std::string start_replay(const endpoint& where, std::string_view name) {
  const json body{{"subscriptions", {name}}};
  return json::parse(call(where, "POST", "/replay", body.dump(), 202)).at("replayId").get<std::string>();
}

std::string replay_status(const endpoint& where, std::string_view id) {
  return json::parse(call(where, "GET", "/replay/" + std::string(id), {}, 200)).at("status").get<std::string>();
}

}  // namespace eventmgr::bench
