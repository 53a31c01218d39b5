#pragma once

#include "transport/common/http_message.hpp"
#include "transport/http/limits.hpp"

#include <eventmgr/error.hpp>

#include <memory>
#include <optional>
#include <string_view>

namespace eventmgr::transport {

/// What the connection has to know of a request.
struct request_facts {
  bool keep_alive{false};     ///< the connection may be used again
  bool http_1_1{true};        ///< else 1.0
  bool wants_upgrade{false};  ///< `Connection: upgrade` with an `Upgrade` field
  bool is_head{false};
  bool is_safe{false};  ///< GET, HEAD or OPTIONS: changes nothing, so may overtake its like
};

/// Reads requests out of a connection's bytes, one after the other.
class request_parser {
 public:
  enum class stage {
    start,     ///< nothing has come, but for empty lines, which are passed over
    header,    ///< some of the header has come
    body,      ///< the header is complete, the body is not
    complete,  ///< `take` gives the request
    failed,    ///< `refusal` says why; the connection is of no further use
  };

  struct refused {
    unsigned status{400};
    failure why{};
  };

  explicit request_parser(const http_limits& limits);
  ~request_parser();

  request_parser(const request_parser&) = delete;
  request_parser& operator=(const request_parser&) = delete;

  /// Gives how many of the bytes were used. The rest must be given again, with more behind it; a header is used whole.
  std::size_t put(std::string_view bytes);

  stage at() const noexcept { return stage_; }

  /// The client waits for `100 Continue` before it sends the body.
  bool expects_continue() const noexcept;

  /// From `stage::body` on.
  request_facts facts() const;
  /// From `stage::body` on: whether method and target are these.
  bool is_for(std::string_view method, std::string_view target) const noexcept;

  /// Gives the request and starts over. Only at `stage::complete`.
  http_request take();

  const refused& refusal() const noexcept { return refused_; }

 private:
  class beast_parser;

  void start_over();

  const http_limits limits_;
  std::unique_ptr<beast_parser> parser_;
  stage stage_{stage::start};
  refused refused_{};
};

}  // namespace eventmgr::transport
