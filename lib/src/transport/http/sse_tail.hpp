#pragma once

#include "broker/broker.hpp"
#include "transport/http/exchange.hpp"

#include <memory>
#include <string>

namespace eventmgr::transport {

/// A tail whose far end is a server-sent events response.
///
/// The head of the answer leaves when the tail has found its start, with the position as its first `id:`; a tail that
/// cannot start is answered as a problem instead. After that an event is `id:` (the position to resume from), `event:`
/// (its type) and `data:`; a gap is `event: $gap`, and an end other than the client's or the server's is `event:
/// $error`. A type that begins with `$` is written with another one before it, so that it is neither.
class sse_tail final : public stream_sink, public std::enable_shared_from_this<sse_tail> {
 public:
  /// On the connection's thread.
  static void open(broker& events, tail_request request, std::shared_ptr<exchange> item);

  /// The head of every answer.
  static http_response head();

  explicit sse_tail(std::shared_ptr<exchange> item) : exchange_{std::move(item)} {}

  void opened(const position& start) override;
  bool offer(const tail_offer& item) override;
  void gap(const position& from, const position& to) override;
  void ended(const failure& why) override;

 private:
  std::shared_ptr<exchange> exchange_;       ///< until answered; then the core's thread lets go
  std::shared_ptr<response_stream> stream_;  ///< the core's thread's
  std::unique_ptr<tail_handle> handle_;      ///< the connection's thread's
  std::string prefix_;                       ///< of the event being written; kept for its memory
};

}  // namespace eventmgr::transport
