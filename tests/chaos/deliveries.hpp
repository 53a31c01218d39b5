#pragma once

#include "chaos/history.hpp"
#include "tools/webhook_receiver.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::chaos {

/// One event as a receiver got it.
struct received_event {
  std::string id{};
  std::uint64_t seq{0};
  std::string topic{};
  std::string priority{};
};

/// The events of a webhook in the native format, one or a batch. Throws nlohmann::json::exception for another body.
std::vector<received_event> events_in(const testing::webhook_request& request);

/// The events of many webhooks, in the order of these.
std::vector<received_event> events_in(const std::vector<testing::webhook_request>& requests);

using id_set = std::set<std::string>;

id_set ids_of(const std::vector<received_event>& events);

/// The events on a topic, or on all topics if it is empty.
std::vector<stored_event> events_on(const std::vector<stored_event>& history, std::string_view topic);

/// Events that were to be delivered and are neither in `received` nor in `dead`, and received ones that were not to be.
/// At most twenty.
std::vector<std::string> faults_in_deliveries(const std::vector<stored_event>& expected, const id_set& received,
                                              const id_set& dead);

/// Where the first delivery of an event came after that of a later event of the same topic and priority. At most
/// twenty.
std::vector<std::string> faults_in_order(const std::vector<received_event>& received);

}  // namespace eventmgr::chaos
