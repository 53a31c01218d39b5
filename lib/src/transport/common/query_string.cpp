#include "transport/common/query_string.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <utility>

namespace eventmgr::transport {

namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

failure bad_parameter(std::string_view raw_name) {
  // The raw spelling is ASCII-escaped, so that the answer is valid JSON whatever was sent.
  const std::string name = percent_encode(raw_name.substr(0, 100));
  return {.code = errc::invalid_request,
          .message = "the query string is not well formed",
          .details = {{.pointer = "/" + name, .message = "is not percent-encoded UTF-8"}}};
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    out.push_back(c);
  }
  if (!simdjson::validate_utf8(out)) return std::nullopt;
  return out;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 15U]);
  }
  return out;
}

result<query_string> query_string::parse(std::string_view text) {
  query_string parsed;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;

    if (parsed.parameters_.size() == max_parameters) {
      return failure{.code = errc::invalid_request,
                     .message = "the query string has more than " + std::to_string(max_parameters) + " parameters"};
    }
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view raw_name = part.substr(0, equals);
    auto name = percent_decode(raw_name, true);
    auto value = percent_decode(part.substr(std::min(equals + 1, part.size())), true);
    if (!name || !value) return bad_parameter(raw_name);
    parsed.parameters_.push_back({.name = std::move(*name), .value = std::move(*value)});
  }
  return parsed;
}

const query_parameter* query_string::find(std::string_view name) const noexcept {
  const auto found =
      std::ranges::find_if(parameters_, [&](const query_parameter& item) { return same_name(item.name, name); });
  return found == parameters_.end() ? nullptr : &*found;
}

bool query_string::same_name(std::string_view given, std::string_view name) noexcept {
  std::size_t at = 0;
  for (const char c : name) {
    if (at < given.size() && given[at] == c) {
      ++at;
      continue;
    }
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (!is_upper || given.size() - at < 2 || given[at] != '_' || given[at + 1] != c - 'A' + 'a') return false;
    at += 2;
  }
  return at == given.size();
}

}  // namespace eventmgr::transport
