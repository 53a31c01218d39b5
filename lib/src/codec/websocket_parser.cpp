#include "codec/websocket_parser.hpp"

#include "codec/websocket_deflate.hpp"

#include <algorithm>

namespace eventmgr::codec::websocket {

namespace {

// What a message's buffer may keep between messages: an idle connection should cost little.
constexpr std::size_t kept_capacity = 4096;

constexpr bool is_control(opcode op) noexcept { return static_cast<std::uint8_t>(op) >= 8; }

constexpr bool is_known(opcode op) noexcept {
  switch (op) {
    case opcode::continuation:
    case opcode::text:
    case opcode::binary:
    case opcode::close:
    case opcode::ping:
    case opcode::pong:
      return true;
  }
  return false;
}

/// Appends and leaves room behind for parsers that read past the end.
void append_padded(std::string& out, std::string_view bytes, std::size_t padding) {
  const std::size_t wanted = out.size() + bytes.size() + padding;
  if (wanted > out.capacity()) out.reserve(std::max(wanted, 2 * out.size()));
  out.append(bytes);
}

}  // namespace

parser::parser(parser_options options) : options_{options} {}

parse_event parser::next(std::string_view& input) {
  forget_told();
  for (;;) {
    switch (state_) {
      case state::closed:
        return parse_event::close;
      case state::failed:
        return parse_event::failed;
      case state::head:
        if (!read_head(input)) return state_ == state::failed ? parse_event::failed : parse_event::need_more;
        break;
      case state::payload: {
        if (!read_payload(input)) return state_ == state::failed ? parse_event::failed : parse_event::need_more;
        const parse_event found = end_of_frame();
        if (found != parse_event::need_more) return found;
        break;
      }
    }
  }
}

void parser::forget_told() {
  if (told_control_ && state_ != state::closed) {
    control_.clear();
    told_control_ = false;
  }
  if (message_told_) {
    message_told_ = false;
    message_.clear();
    if (message_.capacity() > kept_capacity) message_ = std::string{};
  }
}

/// Gathers the head: two bytes say how many there are. False when the input has run out, or on failure.
bool parser::read_head(std::string_view& input) {
  const auto take_until = [&](std::size_t size) {
    const std::size_t count = std::min(size - std::min(size, head_size_), input.size());
    std::copy_n(input.begin(), count, head_.begin() + static_cast<std::ptrdiff_t>(head_size_));
    head_size_ += count;
    input.remove_prefix(count);
    return head_size_ >= size;
  };
  if (!take_until(2)) return false;
  const unsigned short_length = head_[1] & 0x7FU;
  const bool masked = (head_[1] & 0x80U) != 0;
  const std::size_t length_bytes = short_length == 127 ? 8 : short_length == 126 ? 2 : 0;
  if (!take_until(2 + length_bytes + (masked ? 4 : 0))) return false;
  return decode_head();
}

bool parser::decode_head() {
  head_size_ = 0;
  frame_ = frame{};
  frame_.final = (head_[0] & 0x80U) != 0;
  frame_.op = static_cast<opcode>(head_[0] & 0x0FU);
  frame_.masked = (head_[1] & 0x80U) != 0;
  const bool compressed = (head_[0] & 0x40U) != 0;

  if ((head_[0] & 0x30U) != 0) return fail(close_code::protocol_error, "reserved bits are set");
  if (frame_.masked != (options_.reader == role::server)) {
    return fail(close_code::protocol_error, frame_.masked ? "a server must not mask" : "a client must mask");
  }
  if (!check_opcode(compressed)) return false;

  const unsigned short_length = head_[1] & 0x7FU;
  const std::size_t length_bytes = short_length == 127 ? 8 : short_length == 126 ? 2 : 0;
  std::uint64_t length = short_length;
  if (length_bytes > 0) {
    length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8U | head_[2 + i];
    if (length < 126 || (length_bytes == 8 && length <= 0xFFFF) || length >> 63U != 0) {
      return fail(close_code::protocol_error, "the length is not in its shortest form");
    }
  }
  if (!check_length(length)) return false;

  frame_.remaining = length;
  if (frame_.masked) std::copy_n(head_.begin() + 2 + static_cast<std::ptrdiff_t>(length_bytes), 4, frame_.key.begin());
  state_ = state::payload;
  return true;
}

bool parser::check_opcode(bool compressed) {
  if (!is_known(frame_.op)) return fail(close_code::protocol_error, "unknown opcode");
  if (is_control(frame_.op)) {
    if (compressed) return fail(close_code::protocol_error, "reserved bits are set");
    if (!frame_.final) return fail(close_code::protocol_error, "a control frame is fragmented");
    return true;
  }
  const bool in_message = message_op_ != opcode::continuation;
  if (frame_.op == opcode::continuation) {
    if (!in_message) return fail(close_code::protocol_error, "nothing to continue");
    if (compressed) return fail(close_code::protocol_error, "reserved bits are set");
    return true;
  }
  if (in_message) return fail(close_code::protocol_error, "a message begins inside another");
  if (compressed && !options_.deflate) return fail(close_code::protocol_error, "reserved bits are set");
  message_op_ = frame_.op;
  message_compressed_ = compressed;
  utf8_.reset();
  return true;
}

bool parser::check_length(std::uint64_t length) {
  if (is_control(frame_.op)) {
    if (length > max_control_payload) return fail(close_code::protocol_error, "a control frame is too long");
    if (frame_.op == opcode::close && length == 1) return fail(close_code::protocol_error, "half a close code");
    return true;
  }
  if (length > options_.max_message_bytes - message_.size()) {
    return fail(close_code::message_too_big, "the message is too big");
  }
  return true;
}

/// Moves payload to its buffer, unmasked. False when more must come, or on failure.
bool parser::read_payload(std::string_view& input) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(frame_.remaining, input.size()));
  std::string& into = is_control(frame_.op) ? control_ : message_;
  const std::size_t start = into.size();
  append_padded(into, input.substr(0, count), padding);
  input.remove_prefix(count);
  frame_.remaining -= count;
  if (frame_.masked) frame_.phase = apply_mask(into.data() + start, count, frame_.key, frame_.phase);

  if (!is_control(frame_.op) && message_op_ == opcode::text && !message_compressed_ &&
      !utf8_.feed(std::string_view{into}.substr(start))) {
    return fail(close_code::invalid_payload, "the text is not UTF-8");
  }
  return frame_.remaining == 0;
}

parse_event parser::end_of_frame() {
  state_ = state::head;
  if (is_control(frame_.op)) return end_of_control();
  return frame_.final ? end_of_message() : parse_event::need_more;
}

parse_event parser::end_of_control() {
  told_control_ = true;
  if (frame_.op == opcode::ping) return parse_event::ping;
  if (frame_.op == opcode::pong) return parse_event::pong;
  return end_of_close();
}

parse_event parser::end_of_close() {
  if (control_.empty()) {
    peer_close_code_ = static_cast<std::uint16_t>(close_code::no_status);
    state_ = state::closed;
    return parse_event::close;
  }
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(control_[i])); };
  const auto code = static_cast<std::uint16_t>(byte(0) << 8U | byte(1));
  control_.erase(0, 2);
  utf8_checker reason;
  if (!is_valid_close_code(code)) {
    fail(close_code::protocol_error, "invalid close code");
    return parse_event::failed;
  }
  if (!reason.feed(control_) || !reason.complete()) {
    fail(close_code::invalid_payload, "the reason is not UTF-8");
    return parse_event::failed;
  }
  peer_close_code_ = code;
  state_ = state::closed;
  return parse_event::close;
}

parse_event parser::end_of_message() {
  const bool is_text = message_op_ == opcode::text;
  if (message_compressed_) {
    switch (inflate_message(message_, options_.max_message_bytes, padding)) {
      case inflate_outcome::done:
        break;
      case inflate_outcome::too_big:
        fail(close_code::message_too_big, "the message is too big");
        return parse_event::failed;
      case inflate_outcome::invalid:
        fail(close_code::invalid_payload, "the message does not inflate");
        return parse_event::failed;
    }
    if (is_text && !utf8_.feed(message_)) {
      fail(close_code::invalid_payload, "the text is not UTF-8");
      return parse_event::failed;
    }
  }
  if (is_text && !utf8_.complete()) {
    fail(close_code::invalid_payload, "the text is not UTF-8");
    return parse_event::failed;
  }
  message_op_ = opcode::continuation;
  message_told_ = true;
  return is_text ? parse_event::text : parse_event::binary;
}

bool parser::fail(close_code code, std::string_view reason) noexcept {
  state_ = state::failed;
  error_code_ = code;
  error_reason_ = reason;
  return false;
}

}  // namespace eventmgr::codec::websocket
