#pragma once

#include "bench/baseline/append_file.hpp"
#include "bench/wire/event_loop.hpp"
#include "bench/wire/socket.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr::bench {

/// The bare program that a broker is measured against: takes POST requests, appends their bodies to a file, syncs once
/// for all that came in together, and answers. It looks at nothing in a body.
class bare_server final : public io_handler {
 public:
  /// Without a file it only answers.
  explicit bare_server(std::optional<append_file> file);
  ~bare_server() override;

  std::uint16_t port() const noexcept { return port_; }

  /// Serves until `interrupted` is thrown.
  void run();

  void ready(std::uint32_t epoll_events) override;

 private:
  class connection;

  void finish_round();

  event_loop loop_;
  unique_fd listener_;
  std::uint16_t port_{0};
  std::optional<append_file> file_;
  std::vector<std::unique_ptr<connection>> connections_;
  std::vector<connection*> owed_;  ///< connections whose answer waits for the sync
  std::string gathered_;           ///< bodies of this round
};

}  // namespace eventmgr::bench
