#include "chaos/deliveries.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <utility>

namespace eventmgr::chaos {

namespace {

using nlohmann::json;

constexpr std::size_t most_faults = 20;

received_event read_event(const json& event) {
  return {event.at("id").get<std::string>(), event.at("seq").get<std::uint64_t>(), event.at("topic").get<std::string>(),
          event.at("priority").get<std::string>()};
}

}  // namespace

std::vector<received_event> events_in(const testing::webhook_request& request) {
  const auto body = json::parse(request.body);
  std::vector<received_event> events;
  if (const auto batch = body.find("events"); batch != body.end()) {
    for (const auto& event : *batch) events.push_back(read_event(event));
  } else {
    events.push_back(read_event(body));
  }
  return events;
}

std::vector<received_event> events_in(const std::vector<testing::webhook_request>& requests) {
  std::vector<received_event> all;
  for (const auto& request : requests) {
    for (auto& event : events_in(request)) all.push_back(std::move(event));
  }
  return all;
}

id_set ids_of(const std::vector<received_event>& events) {
  id_set ids;
  for (const auto& event : events) ids.insert(event.id);
  return ids;
}

std::vector<stored_event> events_on(const std::vector<stored_event>& history, std::string_view topic) {
  std::vector<stored_event> found;
  for (const auto& event : history) {
    if (topic.empty() || event.topic == topic) found.push_back(event);
  }
  return found;
}

std::vector<std::string> faults_in_deliveries(const std::vector<stored_event>& expected, const id_set& received,
                                              const id_set& dead) {
  std::vector<std::string> faults;
  id_set expected_ids;
  for (const auto& event : expected) {
    expected_ids.insert(event.id);
    if (received.contains(event.id) || dead.contains(event.id) || faults.size() >= most_faults) continue;
    faults.push_back(fmt::format("{} at {} was not delivered, and is no dead letter", event.id, event.seq));
  }
  for (const auto& id : received) {
    if (expected_ids.contains(id) || faults.size() >= most_faults) continue;
    faults.push_back(fmt::format("{} was delivered and is no event that was asked for", id));
  }
  return faults;
}

std::vector<std::string> faults_in_order(const std::vector<received_event>& received) {
  std::vector<std::string> faults;
  id_set seen;
  std::map<std::pair<std::string, std::string>, std::uint64_t> last;
  for (const auto& event : received) {
    if (!seen.insert(event.id).second) continue;
    auto& before = last[{event.topic, event.priority}];
    if (event.seq < before && faults.size() < most_faults) {
      faults.push_back(fmt::format("{} {}: offset {} came after {}", event.topic, event.priority, event.seq, before));
    }
    before = std::max(before, event.seq);
  }
  return faults;
}

}  // namespace eventmgr::chaos
