#include "bench/wire/http_request_reader.hpp"

#include "bench/wire/http_head.hpp"

#include <stdexcept>

namespace eventmgr::bench {

namespace {

constexpr std::size_t max_body = 64U << 20U;

/// Fills in method and target.
void read_request_line(http_request& request) {
  const auto line = request.head.substr(0, request.head.find("\r\n"));
  const auto method_end = line.find(' ');
  const auto target_end = line.rfind(' ');
  if (method_end == target_end || line.substr(target_end + 1) != "HTTP/1.1") {
    throw std::runtime_error("the client does not speak HTTP/1.1");
  }
  request.method = line.substr(0, method_end);
  request.target = line.substr(method_end + 1, target_end - method_end - 1);
}

}  // namespace

std::optional<http_request> http_request_reader::next() {
  if (!buffer_.has_what_is_wanted()) return std::nullopt;
  const auto waiting = buffer_.rest();
  const auto head_end = waiting.find("\r\n\r\n");
  if (head_end == std::string_view::npos) {
    if (waiting.size() > max_head) throw std::runtime_error("a request whose head has no end");
    return std::nullopt;
  }

  http_request request;
  request.head = waiting.substr(0, head_end + 2);
  read_request_line(request);
  const auto length = content_length(request.head);
  if (!length && request.method != "GET") throw std::runtime_error("a request without Content-Length");
  if (length.value_or(0) > max_body) throw std::runtime_error("a request over 64 MiB");
  const auto size = head_end + 4 + length.value_or(0);
  if (waiting.size() < size) {
    buffer_.want(size);
    return std::nullopt;
  }
  request.body = waiting.substr(head_end + 4, size - head_end - 4);
  buffer_.consume(size);
  return request;
}

}  // namespace eventmgr::bench
