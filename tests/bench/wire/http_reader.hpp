#pragma once

#include "bench/wire/read_buffer.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace eventmgr::bench {

/// One answer of an HTTP/1.1 server.
struct http_answer {
  int status{0};
  bool keep_alive{true};
  std::string_view head{};  ///< status line and header fields
  std::string_view body{};  ///< both valid until the reader's next `space`
};

/// Takes answers out of a stream of bytes. Knows only what a load generator needs: Content-Length bodies.
class http_reader {
 public:
  /// Room for the next read. Invalidates earlier answers.
  std::span<char> space() { return buffer_.space(); }

  /// So many bytes of that room were filled.
  void received(std::size_t count) noexcept { buffer_.received(count); }

  /// The next complete answer. Throws std::runtime_error for what is no HTTP/1.1, has a head over 64 KiB or comes in
  /// chunks.
  std::optional<http_answer> next();

  /// What came after the last answer: after a 101, the first bytes of the new protocol.
  std::string_view rest() const noexcept { return buffer_.rest(); }

 private:
  read_buffer buffer_;
};

}  // namespace eventmgr::bench
