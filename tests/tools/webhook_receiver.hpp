#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::testing {

/// One request that a receiver took.
struct webhook_request {
  std::string path{};  ///< with its query
  std::string head{};  ///< request line and header fields
  std::string body{};
  std::chrono::steady_clock::time_point at{};

  /// The value of a header field, its name in any case; empty if there is none.
  std::string header(std::string_view name) const;
};

/// How a receiver treats a request.
struct webhook_reply {
  enum class manner : std::uint8_t {
    answer,
    hang,     ///< reads and never answers
    reset,    ///< breaks the connection
    drip,     ///< begins a correct answer and goes on with one byte every 100 ms, for ever
    rubbish,  ///< answers what is no HTTP
  };

  manner how{manner::answer};
  int status{200};
  std::vector<std::pair<std::string, std::string>> headers{};  ///< of the answer, besides Content-Length
  std::string body{};
  std::uint64_t filler{0};             ///< so many bytes of nothing follow the body
  std::chrono::milliseconds delay{0};  ///< before the answer
};

/// The treatment that a path asks for: `/ok`, `/hang`, `/reset`, `/drip`, `/rubbish`, `/huge` (1 GiB), `/slow/MS`,
/// `/status/CODE`, `/status/CODE/SECONDS` (with Retry-After), `/result/success`, `/result/retry`, `/result/reject`
/// (200 with that handler result). What follows a `?` is not looked at. nullopt for any other path.
std::optional<webhook_reply> reply_of_path(std::string_view path);

/// A receiver of webhooks on a port of 127.0.0.1, with a thread of its own. Members may be called from any thread.
class webhook_receiver {
 public:
  /// Says how to treat a request. Called on the receiver's thread.
  using script = std::function<webhook_reply(const webhook_request&)>;

  /// Answers as the paths ask, 404 where they ask nothing. `port` 0: a free one. Throws std::system_error.
  explicit webhook_receiver(std::uint16_t port = 0);
  ~webhook_receiver();

  webhook_receiver(const webhook_receiver&) = delete;
  webhook_receiver& operator=(const webhook_receiver&) = delete;

  std::uint16_t port() const noexcept;
  std::string url(std::string_view path) const;

  /// From now on, requests to this path (its query apart) are treated so.
  void treat(std::string path, script how);

  /// Requests to this path (its query apart) so far, in the order in which they came whole.
  std::vector<webhook_request> requests(std::string_view path) const;
  std::size_t count(std::string_view path) const;

  /// Waits until so many requests have come to the path; false if that takes longer than `limit`.
  bool wait_for(std::string_view path, std::size_t count, std::chrono::milliseconds limit) const;

  /// Is told of each request, on the receiver's thread, after it was recorded.
  void observe(std::function<void(const webhook_request&)> observer);

  /// Requests are no longer kept. For receivers that run long.
  void forget_requests();

 private:
  class server;
  std::unique_ptr<server> server_;
};

}  // namespace eventmgr::testing
