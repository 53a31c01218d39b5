#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace eventmgr::transport {

/// What one HTTP connection, and all of them together, may cost.
struct http_limits {
  std::uint64_t max_body_bytes{8ULL << 20U};
  std::uint32_t max_header_bytes{16U << 10U};  ///< request line and fields together
  std::uint32_t max_connections{10000};
  std::uint32_t max_pipelined{16};               ///< requests of one connection that wait for their answers
  std::size_t max_unsent_bytes{256U << 10U};     ///< of answers; above it no further request is begun
  std::size_t stream_buffer_bytes{256U << 10U};  ///< of a response stream, waiting to be sent

  std::chrono::milliseconds idle{75'000};         ///< between requests
  std::chrono::milliseconds header_read{10'000};  ///< from a request's first byte to the end of its header
  std::chrono::milliseconds body_read{30'000};
  std::chrono::milliseconds write{30'000};        ///< without any byte of an answer being taken; streams are exempt
  std::chrono::milliseconds linger{2'000};        ///< for the peer to close, so that it gets to read the last answer
  std::chrono::milliseconds stream_tick{15'000};  ///< how often a response stream may say that it is alive
};

}  // namespace eventmgr::transport
