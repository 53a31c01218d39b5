#include "bench/wire/http_reader.hpp"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace eventmgr::bench {

namespace {

constexpr std::size_t max_head = 64U << 10U;
constexpr std::size_t least_room = 16U << 10U;

/// The value of a header field, or empty.
std::string_view field(std::string_view head, std::string_view name) {
  for (auto line = head.find("\r\n"); line != std::string_view::npos && line + 2 < head.size();
       line = head.find("\r\n", line + 2)) {
    auto rest = head.substr(line + 2);
    if (rest.size() <= name.size() || rest[name.size()] != ':') continue;
    if (strncasecmp(rest.data(), name.data(), name.size()) != 0) continue;
    rest = rest.substr(name.size() + 1, rest.find("\r\n") - name.size() - 1);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    return rest;
  }
  return {};
}

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
  const auto text = field(head, "content-length");
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    throw std::runtime_error("an answer without Content-Length");
  }
  return size;
}

}  // namespace

std::span<char> http_reader::space() {
  if (begin_ == end_) begin_ = end_ = 0;
  const auto missing = wanted_ > end_ - begin_ ? wanted_ - (end_ - begin_) : 0;
  const auto room = std::max(least_room, missing);
  if (buffer_.size() - end_ < room) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    if (buffer_.size() - end_ < room) buffer_.resize(end_ + room);
  }
  return {buffer_.data() + end_, buffer_.size() - end_};
}

std::optional<http_answer> http_reader::next() {
  const auto waiting = rest();
  if (waiting.empty() || waiting.size() < wanted_) return std::nullopt;
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
    wanted_ = size;
    return std::nullopt;
  }
  answer.body = waiting.substr(head_end + 4, size - head_end - 4);
  answer.keep_alive = field(answer.head, "connection") != "close";
  begin_ += size;
  wanted_ = 0;
  return answer;
}

}  // namespace eventmgr::bench
