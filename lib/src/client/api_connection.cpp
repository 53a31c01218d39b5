#include "client/api_connection.hpp"

#include "client/answer_reader.hpp"
#include "client/socket_stream.hpp"

#include <utility>

namespace eventmgr::client {
namespace {

endpoint endpoint_of(const client_options& options) {
  auto parsed = parse_endpoint(options.url);
  if (!parsed) throw error{parsed.error()};
  return *std::move(parsed);
}

}  // namespace

bool is_success(unsigned status) noexcept { return status >= 200 && status < 300; }

http_call make_order(std::string target, std::string_view body) {
  http_call call{.method = "POST", .target = std::move(target), .body = body, .repeatable = false};
  call.content_type = "application/json";
  return call;
}

api_connection::api_connection(client_options options)
    : options_{std::move(options)},
      to_{endpoint_of(options_)},
      tls_{to_.secure ? make_tls_context(options_.ca_file) : nullptr},
      connection_{to_, options_, tls_} {}

result<std::string> api_connection::call(const http_call& what) {
  auto answer = exchange(what);
  if (!answer) return answer.error();
  if (!is_success(answer->status)) return read_failure(*answer);
  return std::move(answer->body);
}

}  // namespace eventmgr::client
