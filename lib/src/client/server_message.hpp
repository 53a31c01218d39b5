#pragma once

#include <eventmgr/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::client {

/// One event in a message of the daemon's.
struct streamed_event {
  std::string_view ack_id{};
  std::string_view position{};
  std::string_view data{};  ///< the event's JSON text; empty if there was none
  std::uint32_t attempt{1};
};

/// The members of any message of the daemon's that a stream cares for. Views hold until the next message is read on
/// this thread.
struct server_message {
  std::string_view type{};
  std::string_view position{};
  std::string_view from{};
  std::string_view to{};
  std::string_view error{};              ///< the text of the object
  std::vector<streamed_event> events{};  ///< of `event` the one, of `events` all
};

/// False if the text is no message of the protocol. The text's spare capacity is used as padding.
bool read_server_message(std::string& text, server_message& seen);

inline failure not_of_the_protocol() {
  return failure{errc::internal, "the daemon sent a message that is not of the protocol"};
}

}  // namespace eventmgr::client
