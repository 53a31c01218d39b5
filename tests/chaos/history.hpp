#pragma once

#include "bench/wire/socket.hpp"
#include "chaos/publishers.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace eventmgr::chaos {

/// What the log says of one event.
struct stored_event {
  std::uint64_t seq{0};
  std::string id{};
  std::string topic{};
  std::string priority{};     ///< by name
  std::string received_at{};  ///< RFC 3339, which sorts as text
};

/// The whole log, oldest first, page by page over HTTP.
std::vector<stored_event> read_history(const bench::endpoint& where);

/// What is wrong with the log: offsets with a gap, ids that come twice, times that go back, acknowledged events that
/// are missing or elsewhere. At most twenty.
std::vector<std::string> faults_in(const std::vector<stored_event>& history, const acknowledgements& told);

/// Where the file of a daemon that has ended differs from what it said over HTTP.
std::vector<std::string> faults_in_file(const std::string& data_dir, const std::vector<stored_event>& history);

/// The lines one below the other, for the message of a failed check.
std::string joined(const std::vector<std::string>& lines);

}  // namespace eventmgr::chaos
