#pragma once

#include "support/process.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace eventmgr::testing {

struct daemon_options {
  std::string data_dir{};  ///< empty: --ephemeral
  std::uint16_t port{0};   ///< 0: a free one
  std::vector<std::string> arguments{};
  process::duration deadline{process::default_deadline};  ///< for it to be ready
};

/// The built eventmgrd on a port of loopback. Destroying a running one kills it.
class daemon {
 public:
  /// Returns once it listens. Throws std::runtime_error with what it wrote if it does not.
  explicit daemon(const daemon_options& options = {});

  std::uint16_t port() const noexcept { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  process& child() noexcept { return child_; }

 private:
  process child_;
  std::uint16_t port_{0};
};

}  // namespace eventmgr::testing
