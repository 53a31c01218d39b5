#pragma once

#include "bench/wire/read_buffer.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace eventmgr::bench {

/// One request of an HTTP/1.1 client. Valid until the reader's next `space`.
struct http_request {
  std::string_view method{};
  std::string_view target{};
  std::string_view head{};  ///< request line and header fields
  std::string_view body{};
};

/// Takes requests out of a stream of bytes. Knows only what a receiver of webhooks needs: Content-Length bodies up to
/// 64 MiB.
class http_request_reader {
 public:
  /// Room for the next read. Invalidates earlier requests.
  std::span<char> space() { return buffer_.space(); }

  /// So many bytes of that room were filled.
  void received(std::size_t count) noexcept { buffer_.received(count); }

  /// The next complete request. Throws std::runtime_error for what is no HTTP/1.1, is too long or comes in chunks.
  std::optional<http_request> next();

 private:
  read_buffer buffer_;
};

}  // namespace eventmgr::bench
