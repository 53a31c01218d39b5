#pragma once

#include "bench/wire/http_reader.hpp"
#include "bench/wire/socket.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace eventmgr::bench {

/// The bytes of a request, with a body if `json` is not empty.
std::string http_call(std::string_view method, std::string_view target, std::string_view authority,
                      std::string_view json = {});

/// A keep-alive connection for one request at a time, which waits for the answer. For control calls and for tests; the
/// measured connections do not block.
class http_session {
 public:
  /// Throws std::system_error if nobody listens. `limit` bounds each read and write.
  explicit http_session(const endpoint& where, std::chrono::milliseconds limit = std::chrono::seconds(30));

  /// Sends a request and gives its answer, valid until the next call. Throws std::runtime_error (also as
  /// std::system_error) if the connection breaks or `limit` passes: whether the server did it is then unknown.
  http_answer get(std::string_view target);
  http_answer post(std::string_view target, std::string_view json);

  /// Any other call; without `json` it has no body.
  http_answer call(std::string_view method, std::string_view target, std::string_view json = {});

 private:
  http_answer exchange(std::string_view request);

  std::string authority_;
  unique_fd fd_;
  http_reader reader_;
};

/// Writes all of it to a blocking socket. Throws std::system_error.
void write_all(int fd, std::string_view bytes);

/// Reads at least one byte from a blocking socket into `into`. Throws std::runtime_error at the end of the stream, and
/// std::system_error.
std::size_t read_some(int fd, std::span<char> into);

/// The newest offset of a daemon's log, 0 when empty. Asks on a connection of its own. Throws as `http_session`.
std::uint64_t newest_offset(const endpoint& where);

}  // namespace eventmgr::bench
