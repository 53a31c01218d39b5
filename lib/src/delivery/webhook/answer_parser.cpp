#include "delivery/webhook/answer_parser.hpp"

#include "core/field_text.hpp"
#include "delivery/common/ascii_case.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace eventmgr::delivery {
namespace {

/// Answers are small: what a large one needed is given back.
constexpr std::size_t kept_capacity = 4096;

/// Calls `take` with each member of a comma-separated list.
void for_each_member(std::string_view list, auto take) {
  while (!list.empty()) take(take_piece(list, ','));
}

bool is_field_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c != 0x7F && c != ':'; });
}

}  // namespace

std::size_t answer_parser::put(std::string_view bytes) {
  const auto size = bytes.size();
  while (!bytes.empty() && stage_ != stage::complete && stage_ != stage::failed) {
    begun_ = true;
    const bool in_body = place_ == place::sized_body || place_ == place::open_body || place_ == place::chunk;
    bytes.remove_prefix(in_body ? put_body(bytes) : put_line(bytes));
  }
  return size - bytes.size();
}

void answer_parser::finish() {
  if (stage_ == stage::complete || stage_ == stage::failed) return;
  if (place_ == place::open_body) return complete();
  fail(begun_ ? "the connection was closed within the answer" : "the connection was closed without an answer");
}

void answer_parser::reset() {
  begin_answer();
  stage_ = stage::header;
  begun_ = cut_ = reusable_ = false;
  line_bytes_ = framing_bytes_ = 0;
  line_.clear();
  body_.clear();
  if (body_.capacity() > kept_capacity) body_ = std::string{};
  fault_ = {};
}

std::size_t answer_parser::put_line(std::string_view bytes) {
  const bool framing = place_ == place::chunk_size || place_ == place::chunk_end;
  auto& counted = framing ? framing_bytes_ : line_bytes_;
  const auto most = framing ? limits_.body_bytes : limits_.header_bytes;

  const auto end = bytes.find('\n');
  const auto used = end == std::string_view::npos ? bytes.size() : end + 1;
  if (used > most - counted) {
    // A server that has said yes has said it, however much it adds.
    if (place_ == place::status_line || status_ < 200) {
      fail("the header of the answer is too large");
    } else {
      cut();
    }
    return used;
  }
  counted += used;
  if (end == std::string_view::npos) {
    line_.append(bytes);
    return used;
  }
  auto line = bytes.substr(0, end);
  if (!line_.empty()) {
    line_.append(line);
    line = line_;
  }
  if (line.ends_with('\r')) line.remove_suffix(1);
  take_line(line);
  line_.clear();
  return used;
}

std::size_t answer_parser::put_body(std::string_view bytes) {
  if (place_ != place::open_body) bytes = bytes.substr(0, std::min<std::uint64_t>(remaining_, bytes.size()));
  if (bytes.size() > limits_.body_bytes - body_.size()) {
    cut();
    return bytes.size();
  }
  body_.append(bytes);
  if (place_ == place::open_body) return bytes.size();
  remaining_ -= bytes.size();
  if (remaining_ == 0) {
    if (place_ == place::sized_body) {
      complete();
    } else {
      place_ = place::chunk_end;
    }
  }
  return bytes.size();
}

void answer_parser::take_line(std::string_view line) {
  switch (place_) {
    case place::status_line:
      if (!line.empty()) take_status(line);  // an empty line before it is passed over (RFC 9112, 2.2)
      return;
    case place::field:
      return line.empty() ? end_of_header() : take_field(line);
    case place::chunk_size:
      return take_chunk_size(line);
    case place::chunk_end:
      if (!line.empty()) return fail("the answer has a broken chunk");
      place_ = place::chunk_size;
      return;
    case place::trailer:
      if (line.empty()) complete();
      return;
    case place::sized_body:
    case place::open_body:
    case place::chunk:
      return;
  }
}

void answer_parser::take_status(std::string_view line) {
  constexpr std::string_view version{"HTTP/1."};
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  constexpr std::size_t code_at = version.size() + 2;
  constexpr std::size_t code_end = code_at + 3;
  const bool formed = line.size() >= code_end && line.starts_with(version) && is_digit(line[version.size()]) &&
                      line[version.size() + 1] == ' ' && std::all_of(&line[code_at], &line[code_at] + 3, is_digit) &&
                      (line.size() == code_end || line[code_end] == ' ') && line[code_at] != '0';
  if (!formed) return fail("the answer is no HTTP/1.1");
  keep_alive_ = line[version.size()] != '0';
  std::from_chars(&line[code_at], &line[code_at] + 3, status_);
  place_ = place::field;
}

void answer_parser::take_field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_field_name(line.substr(0, colon))) {
    return fail("the answer has a broken header");
  }
  const auto name = line.substr(0, colon);
  const auto value = trim(line.substr(colon + 1));
  if (equal_ignoring_case(name, "content-length")) return take_length(value);
  if (equal_ignoring_case(name, "transfer-encoding")) return take_coding(value);
  if (equal_ignoring_case(name, "connection")) return take_connection(value);
  if (equal_ignoring_case(name, "retry-after")) retry_after_.assign(value);
}

void answer_parser::take_length(std::string_view value) {
  std::uint64_t length = 0;
  const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (code != std::errc{} || end != value.data() + value.size() || (has_length_ && length != remaining_)) {
    return fail("the answer has a broken Content-Length");
  }
  has_length_ = true;
  remaining_ = length;
}

void answer_parser::take_coding(std::string_view value) {
  has_coding_ = true;
  for_each_member(value, [this](std::string_view coding) { chunked_ = equal_ignoring_case(coding, "chunked"); });
}

void answer_parser::take_connection(std::string_view value) {
  for_each_member(value, [this](std::string_view option) {
    if (equal_ignoring_case(option, "close")) keep_alive_ = false;
    if (equal_ignoring_case(option, "keep-alive")) keep_alive_ = true;
  });
}

void answer_parser::take_chunk_size(std::string_view line) {
  const auto digits = trim(line.substr(0, line.find(';')));
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), remaining_, 16);
  if (code != std::errc{} || end != digits.data() + digits.size()) return fail("the answer has a broken chunk");
  place_ = remaining_ == 0 ? place::trailer : place::chunk;
}

void answer_parser::end_of_header() {
  constexpr unsigned switching_protocols = 101;
  constexpr unsigned no_content = 204;
  constexpr unsigned not_modified = 304;
  if (status_ == switching_protocols) return fail("the answer changes the protocol, which was not asked for");
  if (status_ < 200) return begin_answer();
  stage_ = stage::body;
  if (status_ == no_content || status_ == not_modified) return complete();
  if (has_coding_) {
    // A length beside it is what request smuggling is made of: the connection is not used again (RFC 9112, 6.3).
    if (has_length_) keep_alive_ = false;
    if (!chunked_) keep_alive_ = false;
    place_ = chunked_ ? place::chunk_size : place::open_body;
    return;
  }
  if (!has_length_) {
    keep_alive_ = false;
    place_ = place::open_body;
    return;
  }
  if (remaining_ == 0) return complete();
  if (remaining_ > limits_.body_bytes) return cut();
  place_ = place::sized_body;
}

void answer_parser::begin_answer() {
  place_ = place::status_line;
  keep_alive_ = has_length_ = has_coding_ = chunked_ = false;
  status_ = 0;
  remaining_ = 0;
  retry_after_.clear();
}

void answer_parser::complete() {
  stage_ = stage::complete;
  reusable_ = keep_alive_;
}

void answer_parser::cut() {
  stage_ = stage::complete;
  cut_ = true;
  body_.clear();
}

void answer_parser::fail(std::string_view why) {
  stage_ = stage::failed;
  fault_ = why;
}

}  // namespace eventmgr::delivery
