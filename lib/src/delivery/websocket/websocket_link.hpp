#pragma once

#include "delivery/common/mailbox.hpp"
#include "delivery/common/settlement_box.hpp"
#include "delivery/websocket/flight_book.hpp"
#include "delivery/websocket/link_settings.hpp"
#include "delivery/websocket/peer_connection.hpp"
#include "delivery/websocket/reconnect_schedule.hpp"
#include "ports/channel.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace eventmgr::delivery {

class delivery_io;

/// Keeps one WebSocket to a peer: dials, dials again, sends deliveries, and knows what was not acknowledged.
///
/// Lives on the delivery I/O thread; the members of the first part are called on the core's. Made, and let go of for
/// the last time, on either, after `stop`.
class websocket_link final : public std::enable_shared_from_this<websocket_link>, private peer_connection::user {
 public:
  /// The most deliveries that `capacity` ever promises.
  static constexpr std::size_t max_capacity = 1000;

  /// `io` outlives it; results go to `target`.
  websocket_link(delivery_io& io, link_settings settings, std::shared_ptr<settlement_target> target);
  websocket_link(const websocket_link&) = delete;
  websocket_link& operator=(const websocket_link&) = delete;
  ~websocket_link() override = default;

  // On the core's thread.

  void start();

  /// Says good-bye to the peer and ends; nothing is settled any more.
  void stop();

  bool connected() const noexcept { return connected_.load(); }

  /// Whether the last attempt to connect has failed.
  bool failed() const noexcept { return failed_.load(); }

  /// As `channel::capacity`; 0 while there is no connection.
  std::size_t capacity();

  /// What finds no connection is given back.
  void send(std::vector<outgoing_event> batch);

  /// Why there is no connection; empty if there is one.
  std::string trouble() const;

 private:
  using clock = std::chrono::steady_clock;
  static constexpr clock::time_point never = clock::time_point::max();

  struct delivery {
    std::vector<outgoing_event> events{};
    std::size_t bytes{0};
  };

  void on_open() override;
  void on_text(std::string& message) override;
  void on_drained() override;
  void on_end(const std::string& why) override;

  void dial();
  void take(std::span<delivery> deliveries);
  void send_now(const delivery& given);
  void release(const delivery& given);
  std::string_view data_of(const outgoing_event& given);
  void answer(const failure& why);
  void tell_results();
  void tell_room();

  void arm();
  void on_timer();

  delivery_io& io_;
  const link_settings settings_;
  const std::shared_ptr<settlement_target> target_;

  // Shared by both threads.
  std::atomic<bool> connected_{false};
  std::atomic<bool> failed_{false};
  std::atomic<bool> room_wanted_{false};  ///< `capacity` has said 0 for want of room
  std::atomic<std::size_t> handed_{0};    ///< bytes that the core has sent and the I/O thread not yet taken
  std::atomic<std::size_t> unsent_{0};    ///< bytes that the connection has not sent yet
  mutable std::mutex mutex_{};
  std::string trouble_;

  std::size_t typical_bytes_{1024};  ///< of a delivery; the core's

  // The I/O thread's.
  bool stopped_{false};
  reconnect_schedule schedule_;
  std::unique_ptr<peer_connection> connection_{};
  std::unique_ptr<flight_book> flight_{};  ///< null while no connection is open
  std::vector<delivery_result> results_{};
  std::string message_{};
  std::string rendered_{};
  std::minstd_rand random_{std::random_device{}()};
  clock::time_point dial_at_{never};
  boost::asio::steady_timer timer_;
  clock::time_point armed_for_{never};
  mailbox<delivery> mailbox_;
};

}  // namespace eventmgr::delivery
