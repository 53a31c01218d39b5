#pragma once

#include "client/http_connection.hpp"

#include <eventmgr/client.hpp>

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace eventmgr::client {

/// What every call of the API goes through: where the daemon is, how it is verified, and the connection to it. Not
/// thread-safe.
class api_connection {
 public:
  /// Connects with the first call. Throws `error` with `invalid_request` for a URL or certificate file that is none.
  explicit api_connection(client_options options);

  /// The body of a 2xx answer. Fails with what any other answer says, or with `unreachable`.
  result<std::string> call(const http_call& what);

  /// The answer, whatever its status. Fails with `unreachable` only.
  result<http_answer> exchange(const http_call& what) { return connection_.exchange(what); }

  const client_options& options() const noexcept { return options_; }
  const endpoint& to() const noexcept { return to_; }
  const std::shared_ptr<boost::asio::ssl::context>& tls() const noexcept { return tls_; }

 private:
  const client_options options_;
  const endpoint to_;
  const std::shared_ptr<boost::asio::ssl::context> tls_;
  http_connection connection_;
};

bool is_success(unsigned status) noexcept;

/// A POST of JSON whose effect is not to be had twice. The body must outlive the call.
http_call make_order(std::string target, std::string_view body);

}  // namespace eventmgr::client
