#pragma once

#include "delivery/common/byte_stream.hpp"
#include "delivery/common/delivery_io.hpp"
#include "delivery/webhook/answer_verdict.hpp"
#include "delivery/webhook/webhook_attempt.hpp"
#include "delivery/webhook/webhook_line.hpp"
#include "ports/channel.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr::delivery {

/// One connection to an origin, and the delivery that it carries, if any. I/O thread only.
class webhook_connection final : public byte_stream::user {
 public:
  /// Called as the last thing that the connection does; may destroy it only later.
  class owner {
   public:
    virtual ~owner() = default;

    /// The delivery is over. `reusable`: the connection is open and idle.
    virtual void delivered(webhook_connection& connection, std::vector<delivery_result> results, bool reusable) = 0;

    /// It was idle, and has ended or grown old.
    virtual void ended(webhook_connection& connection) = 0;
  };

  webhook_connection(delivery_io& io, const webhook_limits& limits, owner& listener);
  webhook_connection(const webhook_connection&) = delete;
  webhook_connection& operator=(const webhook_connection&) = delete;
  ~webhook_connection() override;

  /// Only while it carries nothing; opens the connection if it is not open. `line` is for the same origin each time.
  void deliver(std::shared_ptr<webhook_line> line, std::vector<outgoing_event> events);

  /// What it delivers for, until `delivered` has returned; null while it is idle.
  const webhook_line* line() const noexcept { return line_.get(); }

  const std::string& origin() const noexcept { return origin_; }

  /// After a delivery: stays open, idle, for so long.
  void rest(std::chrono::milliseconds limit);

  /// Ends it at once; the owner hears nothing.
  void stop() noexcept;

  std::size_t place{0};  ///< the owner's

 private:
  void on_open() override;
  void on_bytes(std::string_view bytes) override;
  void on_drained() override;
  void on_deadline() override;
  void on_end(const stream_end& why) override;

  void follow(webhook_attempt::step next);
  void open();
  void send();
  void pause();
  void finish(std::vector<delivery_result> results, bool reusable);
  attempt_time time() const;

  delivery_io& io_;
  owner& owner_;
  webhook_attempt attempt_;
  std::unique_ptr<byte_stream> stream_{};
  std::unique_ptr<boost::asio::steady_timer> pause_{};  ///< while there is no room for a connection
  std::string origin_{};
  std::shared_ptr<webhook_line> line_{};
  std::vector<outgoing_event> events_{};
  std::string request_{};
  time_point began_at_{};
  byte_stream::clock::time_point began_{};
};

}  // namespace eventmgr::delivery
