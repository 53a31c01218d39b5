#pragma once

#include "transport/common/outbox.hpp"
#include "transport/http/exchange.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace eventmgr::transport {

/// A response stream between its writer, on any thread, and the connection that sends it.
class stream_body final : public response_stream, public std::enable_shared_from_this<stream_body> {
 public:
  struct framing {
    bool chunked{true};
    bool bodiless{false};  ///< the answer to a HEAD: the head alone
  };

  /// `wake` is called, from any thread, when the connection's thread should look for something to send.
  stream_body(framing form, std::size_t capacity, std::function<void(std::shared_ptr<stream_body>)> wake,
              stream_hooks hooks);

  /// Sends the head of the answer, whatever the bound.
  void start(std::string_view head) { box_.append(head); }

  bool try_write(std::string_view prefix, std::string_view data, std::string_view suffix) override;
  void write(std::string_view text) override;
  void finish() override;

  /// For the connection: all that waits. False if nothing does.
  bool take(std::string& into) { return box_.take(into); }

  /// For the connection: nothing will come but what waits already.
  bool finished() const noexcept { return finished_; }

  /// For the connection: `http_limits::stream_tick` has passed.
  void tick();

  /// For the connection: nothing more will be sent. Tells the writer, once.
  void close();

 private:
  const framing form_;
  const std::function<void(std::shared_ptr<stream_body>)> wake_;
  stream_hooks hooks_;  ///< the connection's thread's
  std::atomic<bool> finishing_{false};
  std::atomic<bool> finished_{false};
  outbox box_;
};

}  // namespace eventmgr::transport
