#pragma once

#include "delivery/common/tls_context.hpp"

#include <memory>
#include <string>
#include <string_view>

struct ssl_st;

namespace eventmgr::delivery {

/// The client's end of one TLS connection, without a socket: bytes of the wire go in and come out.
class tls_session {
 public:
  enum class stage {
    handshake,
    open,
    ended,   ///< the peer closed the session in order
    failed,  ///< `why` says what is wrong
  };

  /// The peer's certificate must be for `host`, a name or an address.
  tls_session(const tls_context& context, const std::string& host);
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;
  ~tls_session();

  /// Begins: appends the first flight to `wire`.
  void start(std::string& wire);

  /// Takes bytes from the wire. Appends what was sent to us to `plain`, and what must be answered to `wire`.
  void put(std::string_view bytes, std::string& plain, std::string& wire);

  /// Appends `plain`, sealed, to `wire`. Only at `stage::open`.
  void seal(std::string_view plain, std::string& wire);

  stage at() const noexcept { return stage_; }
  const std::string& why() const noexcept { return why_; }

 private:
  struct release {
    void operator()(ssl_st* session) const noexcept;
  };

  void shake_hands();
  void read(std::string& plain);
  void flush(std::string& wire);
  void fail();

  std::unique_ptr<ssl_st, release> ssl_;
  stage stage_{stage::handshake};
  std::string why_;
};

}  // namespace eventmgr::delivery
