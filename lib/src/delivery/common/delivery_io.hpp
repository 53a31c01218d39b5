#pragma once

#include "ports/clock.hpp"
#include "ports/executor.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace eventmgr::delivery {

class name_resolver;
class settlement_box;
class tls_context;

struct delivery_io_options {
  std::string ca_file{};            ///< authorities, in PEM, that peers are verified with; empty: the system's
  std::size_t resolver_threads{4};  ///< names that are looked up at a time; a slow name keeps one
};

/// The thread on which everything that leads out of the daemon happens (sockets, TLS; names on a few threads beside
/// it), and what its connections share. The thread runs from construction to `stop`.
///
/// Shutdown: close all channels, on the core's thread; `stop`; destroy what lived on the thread; destroy this.
class delivery_io {
 public:
  /// Throws `error` if the authorities cannot be read. `core` and `time` outlive this.
  delivery_io(executor& core, const clock& time, const delivery_io_options& options);
  delivery_io(const delivery_io&) = delete;
  delivery_io& operator=(const delivery_io&) = delete;
  ~delivery_io();

  /// Ends the thread; handlers that are queued are dropped with this object. Waits for names that are being looked up,
  /// as long as the system's resolver takes. Not from the I/O thread.
  void stop();

  boost::asio::io_context& context() noexcept;
  executor& worker() noexcept;  ///< posts to the I/O thread
  executor& core() noexcept;
  const clock& time() const noexcept;
  name_resolver& names() noexcept;
  settlement_box& settlements() noexcept;
  const tls_context& tls() const noexcept;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace eventmgr::delivery
