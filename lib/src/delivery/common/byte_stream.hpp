#pragma once

#include "delivery/common/endpoint_url.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace eventmgr::delivery {

class delivery_io;

/// Why a stream ended.
struct stream_end {
  enum class stage : std::uint8_t {
    name,       ///< the host's name was not resolved
    guard,      ///< no address of the host may be sent to
    connect,    ///< no address took the connection
    handshake,  ///< TLS failed: the certificate, most often
    open,       ///< it had been open
  };

  stage at{stage::open};
  bool by_peer{false};    ///< the peer ended it in order
  bool timed_out{false};  ///< opening took too long
  std::string why{};      ///< "connection refused", "certificate has expired"
  bool untried{false};    ///< no file descriptor came free in time: nobody was asked to connect

  friend bool operator==(const stream_end&, const stream_end&) = default;
};

/// A connection that leads out: TCP, with TLS where the URL says so. It goes to an address that `why_refused` let pass,
/// looked up at this very connect. Lives on the delivery I/O thread; so do the calls of its user.
class byte_stream {
 public:
  using clock = std::chrono::steady_clock;

  /// Hears of one stream. May close or destroy the stream from inside any call, but for a write's.
  class user {
   public:
    virtual ~user() = default;

    /// It can be written to. Reading goes on by itself from here.
    virtual void on_open() = 0;

    /// Never empty; valid during the call.
    virtual void on_bytes(std::string_view bytes) = 0;

    /// All that was written has been handed to the system, after some of it had to wait.
    virtual void on_drained() {}

    /// What `set_deadline` set is over. The stream goes on unless it is closed.
    virtual void on_deadline() = 0;

    /// The last call. After a failed write it comes once the peer's last bytes have been given.
    virtual void on_end(const stream_end& why) = 0;
  };

  virtual ~byte_stream() = default;

  /// Looks the name up, connects to the first address that answers and shakes hands, all by `deadline`. Waits for a
  /// file descriptor where none is free. Once.
  virtual void open(clock::time_point deadline) = 0;

  /// Sends, in one system call if the system takes it all; copies what it does not. Only between `on_open` and
  /// `on_end`. Calls nothing of the user's.
  virtual void write(std::string_view bytes) = 0;

  /// Bytes that were written and still wait in this process.
  virtual std::size_t unsent() const noexcept = 0;

  /// Replaces the deadline; `time_point::max()`: none. Costs nothing where the new one is later.
  virtual void set_deadline(clock::time_point at) = 0;

  /// Ends it at once. The user is not called any more. So does the destructor.
  virtual void close() noexcept = 0;
};

/// A stream that is not open yet. `io` and `listener` outlive it; `to` is copied.
std::unique_ptr<byte_stream> make_byte_stream(delivery_io& io, const endpoint_url& to, byte_stream::user& listener);

}  // namespace eventmgr::delivery
