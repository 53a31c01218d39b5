#pragma once

#include "codec/websocket_client_handshake.hpp"
#include "codec/websocket_parser.hpp"
#include "delivery/common/byte_stream.hpp"
#include "delivery/websocket/link_settings.hpp"
#include "delivery/websocket/masking_keys.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace eventmgr::delivery {

/// One WebSocket that we dial: handshake, frames, pings, and the end of a peer that does not answer them. Lives on the
/// delivery I/O thread.
class peer_connection final : private byte_stream::user {
 public:
  using clock = byte_stream::clock;

  /// Hears of one connection. May destroy it from inside `on_end` only.
  class user {
   public:
    virtual ~user() = default;

    virtual void on_open() = 0;

    /// 64 bytes past its end may be read.
    virtual void on_text(std::string& message) = 0;

    /// What had to wait has been handed to the system.
    virtual void on_drained() = 0;

    /// The last call: there is no connection, or none any more.
    virtual void on_end(const std::string& why) = 0;
  };

  /// All outlive it.
  peer_connection(delivery_io& io, const link_settings& settings, user& owner);
  peer_connection(const peer_connection&) = delete;
  peer_connection& operator=(const peer_connection&) = delete;
  ~peer_connection() override = default;

  /// Once.
  void open();

  /// Between `on_open` and `on_end`: adds a text message, which leaves with the next `flush`.
  void add_text(std::string_view message);
  void flush();

  /// Bytes that wait in this process.
  std::size_t unsent() const noexcept { return stream_->unsent() + waiting_.size(); }

  /// Says why, if it is open, and ends it: the user is not called any more.
  void close(codec::websocket::close_code code, std::string_view reason);

 private:
  void on_open() override;
  void on_bytes(std::string_view bytes) override;
  void on_drained() override;
  void on_deadline() override;
  void on_end(const stream_end& why) override;

  /// False once the connection has ended.
  bool shake_hands(std::string_view& bytes);
  bool take(codec::websocket::parse_event event);
  void answer_ping();
  void end(const std::string& why);
  void end(codec::websocket::close_code code, const std::string& why);
  void set_deadline();

  const link_settings& settings_;
  user& owner_;
  const std::string key_;
  const std::unique_ptr<byte_stream> stream_;
  codec::websocket::client_handshake handshake_;
  std::unique_ptr<codec::websocket::parser> parser_;  ///< null until it is open
  masking_keys keys_;
  std::string waiting_;  ///< frames for the next `flush`
  clock::time_point last_received_{};
  clock::time_point last_ping_{};
};

}  // namespace eventmgr::delivery
