#include "transport/http/media_type.hpp"

#include "core/field_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace eventmgr::transport {

namespace {

bool same(std::string_view a, std::string_view b) { return header_fields::equal_ignoring_case(a, b); }

/// A weight (RFC 9110, 12.4.2) in thousandths; anything else is 0.
int parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  int weight = (text[0] - '0') * 1000;
  static constexpr std::array places{100, 10, 1};
  for (std::size_t i = 2; i < text.size(); ++i) {
    if (text[1] != '.' || text[i] < '0' || text[i] > '9') return 0;
    weight += (text[i] - '0') * places.at(i - 2);
  }
  return std::min(weight, 1000);
}

}  // namespace

std::string media_type_of(const header_fields& headers) {
  auto value = headers.find("Content-Type");
  if (!value) return {};
  std::string type{take_piece(*value, ';')};
  std::ranges::transform(type, type.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return type;
}

std::optional<failure> check_encoding(const header_fields& headers) {
  if (const auto coding = headers.find("Content-Encoding"); coding && !same(trim(*coding), "identity")) {
    return failure{.code = errc::unsupported_media_type, .message = "a compressed body is not supported"};
  }
  auto parameters = headers.find("Content-Type").value_or("");
  take_piece(parameters, ';');
  while (!parameters.empty()) {
    std::string_view value = take_piece(parameters, ';');
    const std::string_view name = take_piece(value, '=');
    if (!same(name, "charset")) continue;
    value = trim(value);
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
    if (same(value, "utf-8") || same(value, "utf8") || same(value, "us-ascii")) continue;
    return failure{.code = errc::unsupported_media_type, .message = "the body must be in UTF-8"};
  }
  return std::nullopt;
}

failure unsupported_media_type(std::string_view given, std::string_view accepted) {
  std::string message = given.empty() ? "a Content-Type is needed" : "this Content-Type is not supported";
  message += "; this call takes ";
  message += accepted;
  return {.code = errc::unsupported_media_type, .message = std::move(message)};
}

bool prefers_plain_text(std::string_view accept) {
  int plain = 0;
  int json = 0;
  while (!accept.empty()) {
    std::string_view range = take_piece(accept, ',');
    const std::string_view type = take_piece(range, ';');
    int weight = 1000;
    while (!range.empty()) {
      std::string_view value = take_piece(range, ';');
      if (same(take_piece(value, '='), "q")) weight = parse_weight(trim(value));
    }
    if (same(type, "text/plain")) plain = std::max(plain, weight);
    if (same(type, "application/json")) json = std::max(json, weight);
  }
  return plain > json;
}

}  // namespace eventmgr::transport
