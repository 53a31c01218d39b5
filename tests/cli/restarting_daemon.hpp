#pragma once

#include "support/daemon.hpp"
#include "support/reserved_port.hpp"

#include <memory>
#include <string>

namespace eventmgr::testing {

/// A daemon that can be started again, at the same address and with what it has stored.
class restarting_daemon {
 public:
  restarting_daemon() { start(); }

  /// After its end.
  void start() {
    running_ = std::make_unique<daemon>(daemon_options{.data_dir = data_.path(), .port = port_.number()});
  }

  std::string url() const { return running_->url(); }
  process& child() noexcept { return running_->child(); }

 private:
  temp_dir data_{};
  reserved_port port_{};
  std::unique_ptr<daemon> running_{};
};

}  // namespace eventmgr::testing
