#pragma once

#include "client/endpoint.hpp"

#include <eventmgr/client.hpp>

#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace eventmgr::client {

using http_header = std::pair<std::string, std::string>;

struct http_call {
  std::string_view method{"GET"};
  std::string target{};  ///< path and query, below the endpoint's base path
  std::string_view body{};
  std::string_view content_type{};
  std::string_view accept{"application/json"};
  std::span<const http_header> headers{};   ///< beyond those that every request has
  std::chrono::milliseconds extra_time{0};  ///< beyond the client's `request_timeout`
  bool repeatable{true};                    ///< may be sent again where the first one's fate is not known
};

struct http_answer {
  unsigned status{0};
  std::string content_type{};  ///< as sent, with parameters
  std::string body{};          ///< has at least 64 bytes of spare capacity, for the JSON parser
  std::chrono::milliseconds retry_after{0};
};

/// One kept-open HTTP/1.1 connection. Not thread-safe.
class http_connection {
 public:
  http_connection(endpoint to, const client_options& options, std::shared_ptr<boost::asio::ssl::context> tls);
  http_connection(const http_connection&) = delete;
  http_connection& operator=(const http_connection&) = delete;
  ~http_connection();

  /// Sends a call and reads its answer, whatever its status. Fails with `unreachable` only. A connection that was idle
  /// and turns out to be closed is opened again, and a repeatable call sent once more.
  result<http_answer> exchange(const http_call& call);

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

/// "cannot reach URL: why", with the code `unreachable`.
failure unreachable(const endpoint& at, std::string_view why);
failure unreachable(const endpoint& at, const boost::system::error_code& why);

}  // namespace eventmgr::client
