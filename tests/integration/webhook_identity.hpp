#pragma once

#include <chrono>
#include <string>

namespace eventmgr::testing {

/// A key and a certificate that it signed itself, both in PEM.
struct tls_identity {
  std::string key{};
  std::string certificate{};
};

/// `names` as OpenSSL has them: "DNS:localhost,IP:127.0.0.1". Valid from an hour before now to `valid_for` from now.
tls_identity make_identity(const std::string& names, std::chrono::seconds valid_for = std::chrono::hours{1});

}  // namespace eventmgr::testing
