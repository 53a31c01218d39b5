#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace eventmgr::testing {

/// An https daemon that is always healthy, with a certificate of its own making for "localhost".
class tls_server {
 public:
  tls_server();
  tls_server(const tls_server&) = delete;
  tls_server& operator=(const tls_server&) = delete;
  ~tls_server();

  std::uint16_t port() const noexcept;

  /// The certificate, in PEM.
  const std::string& certificate() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace eventmgr::testing
