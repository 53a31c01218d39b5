#pragma once

#include "ports/channel.hpp"
#include "ports/executor.hpp"

#include <memory>
#include <span>

namespace boost::asio {
class io_context;
}

namespace eventmgr::delivery {

/// The core's half of a channel: where its results go. Called on the core's thread only.
class settlement_target {
 public:
  virtual ~settlement_target() = default;

  /// Once for each `put`. `results` may be moved from. Passed over by a target whose channel is closed.
  virtual void settled(std::span<delivery_result> results) = 0;

  /// More deliveries can be taken.
  virtual void ready() = 0;
};

/// Carries results from the I/O thread to the core: what finishes in one turn of the I/O thread goes over together, and
/// the core is woken once for all that has gathered until it looks.
class settlement_box {
 public:
  settlement_box(boost::asio::io_context& io, executor& core);
  settlement_box(const settlement_box&) = delete;
  settlement_box& operator=(const settlement_box&) = delete;
  ~settlement_box();

  // On the I/O thread.

  /// Results of one target; they are moved from.
  void put(const std::shared_ptr<settlement_target>& to, std::span<delivery_result> results);

  void put_ready(const std::shared_ptr<settlement_target>& to);

 private:
  class state;
  std::shared_ptr<state> state_;
};

}  // namespace eventmgr::delivery
