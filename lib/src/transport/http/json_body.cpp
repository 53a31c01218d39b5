#include "transport/http/json_body.hpp"

#include "transport/http/media_type.hpp"

#include <algorithm>
#include <string>

namespace eventmgr::transport {

namespace {

constexpr std::string_view white_space = " \t\r\n";

}  // namespace

std::optional<failure> check_json_body(const http_request& request) {
  if (auto fault = check_encoding(request.headers)) return fault;
  const std::string type = media_type_of(request.headers);
  if (type == media::json) return std::nullopt;
  return unsupported_media_type(type, media::json);
}

std::optional<failure> check_optional_json_body(const http_request& request) {
  if (request.body.empty()) return std::nullopt;
  return check_json_body(request);
}

std::optional<failure> check_merge_patch_body(const http_request& request) {
  if (auto fault = check_encoding(request.headers)) return fault;
  const std::string type = media_type_of(request.headers);
  if (type == media::merge_patch || type == media::json) return std::nullopt;
  return unsupported_media_type(type, "application/merge-patch+json and application/json");
}

std::optional<failure> check_no_body(const http_request& request) {
  std::string text = request.body.substr(0, 64);
  std::erase_if(text, [](char c) { return white_space.find(c) != std::string_view::npos; });
  if (request.body.size() <= 64 && (text.empty() || text == "{}")) return std::nullopt;
  return failure{.code = errc::invalid_request, .message = "this call takes no body"};
}

}  // namespace eventmgr::transport
