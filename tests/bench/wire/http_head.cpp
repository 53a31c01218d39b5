#include "bench/wire/http_head.hpp"

#include <strings.h>

#include <charconv>

namespace eventmgr::bench {

std::string_view header_field(std::string_view head, std::string_view name) {
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

std::optional<std::size_t> content_length(std::string_view head) {
  const auto text = header_field(head, "content-length");
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return size;
}

}  // namespace eventmgr::bench
