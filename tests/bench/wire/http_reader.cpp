#include "bench/wire/http_reader.hpp"

#include "bench/wire/http_head.hpp"

#include <charconv>
#include <stdexcept>

namespace eventmgr::bench {

namespace {

int status_of(std::string_view head) {
  int status = 0;
  if (!head.starts_with("HTTP/1.1 ") || head.size() < 12 ||
      std::from_chars(head.data() + 9, head.data() + 12, status).ec != std::errc{}) {
    throw std::runtime_error("the server does not speak HTTP/1.1");
  }
  return status;
}

std::size_t body_size(std::string_view head, int status) {
  if (status < 200 || status == 204 || status == 304) return 0;
  const auto size = content_length(head);
  if (!size) throw std::runtime_error("an answer without Content-Length");
  return *size;
}

}  // namespace

std::optional<http_answer> http_reader::next() {
  if (!buffer_.has_what_is_wanted()) return std::nullopt;
  const auto waiting = buffer_.rest();
  const auto head_end = waiting.find("\r\n\r\n");
  if (head_end == std::string_view::npos) {
    if (waiting.size() > max_head) throw std::runtime_error("an answer whose head has no end");
    return std::nullopt;
  }

  http_answer answer;
  answer.head = waiting.substr(0, head_end + 2);
  answer.status = status_of(answer.head);
  const auto size = head_end + 4 + body_size(answer.head, answer.status);
  if (waiting.size() < size) {
    buffer_.want(size);
    return std::nullopt;
  }
  answer.body = waiting.substr(head_end + 4, size - head_end - 4);
  answer.keep_alive = header_field(answer.head, "connection") != "close";
  buffer_.consume(size);
  return answer;
}

}  // namespace eventmgr::bench
