#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The data transformations of permessage-deflate (RFC 7692) without context takeover. The zlib streams belong to the
/// calling thread and are shared by all its connections, so that a connection by itself costs no zlib memory.
namespace eventmgr::codec::websocket {

/// Compresses a message with a window of at most 2^`max_window_bits` bytes (9 to 15). The result is valid until the
/// thread's next call. The same message as last time costs a comparison only: that is what sending one event to many
/// subscribers looks like.
std::string_view deflate_message(std::string_view message, int max_window_bits);

enum class inflate_outcome : std::uint8_t {
  done,
  too_big,  ///< the message is larger than allowed; stopped there
  invalid,  ///< this is not DEFLATE
};

/// Replaces `message` by what it inflates to, if that is at most `max_bytes`. Leaves `padding` bytes of spare capacity.
inflate_outcome inflate_message(std::string& message, std::size_t max_bytes, std::size_t padding);

}  // namespace eventmgr::codec::websocket
