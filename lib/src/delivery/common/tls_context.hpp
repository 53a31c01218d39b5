#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace eventmgr::delivery {

/// What outbound TLS is made with: TLS 1.2 or later, peers verified. Immutable, so thread-safe.
class tls_context {
 public:
  /// `ca_file`: authorities in PEM; empty: the system's. Throws `error` with `invalid_request` if it cannot be read.
  explicit tls_context(const std::string& ca_file);

  ssl_ctx_st* native() const noexcept { return context_.get(); }

 private:
  struct release {
    void operator()(ssl_ctx_st* context) const noexcept;
  };
  std::unique_ptr<ssl_ctx_st, release> context_;
};

}  // namespace eventmgr::delivery
