#include "codec/websocket_client_handshake.hpp"

#include "codec/websocket_handshake.hpp"
#include "core/field_text.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace eventmgr::codec::websocket {

namespace {

constexpr std::string_view deflate_offer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view b) noexcept { return std::ranges::equal(a, b, {}, lower, lower); }

bool has_word(std::string_view list, std::string_view word) noexcept {
  while (!list.empty()) {
    if (same_word(take_piece(list, ','), word)) return true;
  }
  return false;
}

}  // namespace

std::string make_client_key() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error{"no random bytes"};
  std::array<unsigned char, 25> text{};
  const int size = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
  return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(size)};
}

std::string make_request(const client_request& wanted) {
  std::string out;
  const auto add = [&](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
  };
  out.append("GET ").append(wanted.target).append(" HTTP/1.1\r\n");
  add("Host", wanted.authority);
  add("Upgrade", "websocket");
  add("Connection", "Upgrade");
  add("Sec-WebSocket-Key", wanted.key);
  add("Sec-WebSocket-Version", "13");
  if (wanted.offer_deflate) add("Sec-WebSocket-Extensions", deflate_offer);
  for (const auto& [name, value] : wanted.headers) add(name, value);
  out += "\r\n";
  return out;
}

client_handshake::client_handshake(std::string_view key, bool deflate_offered)
    : accept_{accept_key(key)}, deflate_offered_{deflate_offered} {}

client_handshake::outcome client_handshake::next(std::string_view& input) {
  constexpr std::string_view blank_line = "\r\n\r\n";
  const std::size_t had = head_.size();
  const std::string_view taken = input.substr(0, max_head_bytes - had);
  head_.append(taken);
  const std::size_t end = head_.find(blank_line, had - std::min(had, blank_line.size() - 1));
  if (end == std::string::npos) {
    input.remove_prefix(taken.size());
    return head_.size() == max_head_bytes ? refuse("the answer's head is too long") : outcome::need_more;
  }
  input.remove_prefix(end + blank_line.size() - had);
  head_.resize(end);
  return judge();
}

client_handshake::outcome client_handshake::judge() {
  std::string_view rest = head_;
  const auto take_line = [&rest] {
    const std::size_t end = std::min(rest.find("\r\n"), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 2, rest.size()));
    return line;
  };
  if (!read_status(take_line())) return outcome::refused;
  while (!rest.empty()) {
    read_header(take_line());
    if (!why_.empty()) return outcome::refused;
  }
  if (!upgrade_ || !connection_) return refuse("the answer does not upgrade to websocket");
  if (!accepted_) return refuse("the answer's Sec-WebSocket-Accept is wrong");
  return outcome::open;
}

/// "HTTP/1.1 101 ..." and nothing else will do.
bool client_handshake::read_status(std::string_view line) {
  constexpr std::string_view version = "HTTP/1.";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!line.starts_with(version) || line.size() < version.size() + 5 || line[version.size() + 1] != ' ') {
    refuse("the answer is not HTTP");
    return false;
  }
  const std::string_view status = line.substr(version.size() + 2, 3);
  if (!std::ranges::all_of(status, is_digit)) {
    refuse("the answer is not HTTP");
    return false;
  }
  if (status != "101") refuse("HTTP " + std::string{status});
  return status == "101";
}

void client_handshake::read_header(std::string_view line) {
  const std::size_t colon = std::min(line.find(':'), line.size());
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(std::min(colon + 1, line.size())));
  if (same_word(name, "Upgrade")) {
    upgrade_ = same_word(value, "websocket");
  } else if (same_word(name, "Connection")) {
    connection_ = connection_ || has_word(value, "upgrade");
  } else if (same_word(name, "Sec-WebSocket-Accept")) {
    accepted_ = value == accept_;
  } else if (same_word(name, "Sec-WebSocket-Protocol")) {
    refuse("the answer names a subprotocol that was not asked for");
  } else if (same_word(name, "Sec-WebSocket-Extensions") && !read_extensions(value)) {
    refuse("the answer names extensions that were not offered");
  }
}

/// False for anything but a permessage-deflate as it was offered. A window of the server's own choice is no matter: we
/// inflate with the largest.
bool client_handshake::read_extensions(std::string_view value) {
  if (!deflate_offered_ || deflate_) return false;
  if (take_piece(value, ';') != "permessage-deflate") return false;
  bool no_takeover = false;
  while (!value.empty()) {
    const std::string_view parameter = take_piece(value, ';');
    if (parameter == "server_no_context_takeover") {
      no_takeover = true;
    } else if (parameter != "client_no_context_takeover" && !parameter.starts_with("server_max_window_bits=")) {
      return false;
    }
  }
  deflate_ = no_takeover;
  return no_takeover;
}

client_handshake::outcome client_handshake::refuse(std::string why) {
  why_ = std::move(why);
  return outcome::refused;
}

}  // namespace eventmgr::codec::websocket
