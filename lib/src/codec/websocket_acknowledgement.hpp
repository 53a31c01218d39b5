#pragma once

#include <eventmgr/error.hpp>

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::codec::websocket {

/// What a receiver says of events that it was sent: `ack` or `nack` (DESIGN section 6).
struct acknowledgement {
  static constexpr std::size_t max_ids = 10000;
  static constexpr std::size_t max_id_bytes = 128;
  static constexpr std::size_t max_error_bytes = 1024;

  std::string subscription{};  ///< empty: not given
  std::vector<std::string> ids{};
  bool success{true};
  bool retry{true};     ///< of a `nack`: whether it may come again
  std::string error{};  ///< of a `nack`: why; cut to `max_error_bytes`
};

/// Reads a message of a receiver that we have dialled; 64 bytes past its end may be read. Nothing if it is a `ping`,
/// `pong` or `heartbeat`, which ask for nothing. Fails with `malformed_json`, or with `invalid_request` and the first
/// fault.
result<std::optional<acknowledgement>> parse_receiver_message(std::string& text);

/// Reads `ackIds`. False if it is no JSON; `fault` is set if it is not a list of at most `max_ids` strings of 1 to
/// `max_id_bytes` bytes.
bool read_ack_ids(simdjson::ondemand::value value, std::vector<std::string>& ids, std::string& fault);

/// An error's words, cut at a character's boundary to what is kept of them.
std::string cut_error(std::string_view text);

}  // namespace eventmgr::codec::websocket
