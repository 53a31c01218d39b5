#pragma once

#include "core/field_text.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::transport {

/// Header fields in the order they came; names compare without regard to case.
class header_fields {
 public:
  void add(std::string_view name, std::string_view value) { fields_.emplace_back(name, value); }

  /// The first field of that name.
  std::optional<std::string_view> find(std::string_view name) const noexcept {
    for (const auto& [key, value] : fields_) {
      if (equal_ignoring_case(key, name)) return value;
    }
    return std::nullopt;
  }

  /// Whether any field of that name, whose value is a list, has the token in it.
  bool lists(std::string_view name, std::string_view token) const {
    for (const auto& [key, value] : fields_) {
      if (!equal_ignoring_case(key, name)) continue;
      std::string_view rest = value;
      while (!rest.empty()) {
        if (equal_ignoring_case(take_piece(rest, ','), token)) return true;
      }
    }
    return false;
  }

  auto begin() const noexcept { return fields_.begin(); }
  auto end() const noexcept { return fields_.end(); }

  /// ASCII only, as RFC 9110 has it for field names.
  static bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
  }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// Whether a method changes nothing (safe, as RFC 9110 section 9.2.1 has it), of those that are served.
inline bool is_safe_method(std::string_view method) noexcept {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

/// A request as the handlers see it: no socket, no HTTP library.
struct http_request {
  std::string method{};
  std::string target{};  ///< path and query as they came
  header_fields headers{};
  std::string body{};  ///< its capacity exceeds its size by at least 64 bytes, which the JSON parser may read
};

/// An answer whose length is known.
struct http_response {
  unsigned status{200};
  std::string content_type{"application/json"};
  header_fields headers{};
  std::string body{};
};

}  // namespace eventmgr::transport
