#include "transport/common/problem_json.hpp"

#include "codec/json_writer.hpp"

#include <algorithm>
#include <chrono>

namespace eventmgr::transport {

namespace {

constexpr std::chrono::seconds default_retry_after{1};

bool may_pass(errc code) noexcept {
  return code == errc::queue_full || code == errc::rate_limited || code == errc::store_unavailable ||
         code == errc::shutting_down;
}

/// The path of a target, as a URI reference: bytes that it should not hold are escaped.
std::string instance_of(std::string_view target) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : target.substr(0, target.find('?'))) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F) {
      out.push_back(c);
    } else {
      out.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
  }
  return out;
}

}  // namespace

unsigned http_status(errc code) noexcept {
  switch (code) {
    case errc::malformed_json:
    case errc::invalid_event:
    case errc::schema_violation:
    case errc::invalid_request:
      return 400;
    case errc::unauthenticated:
      return 401;
    case errc::forbidden:
      return 403;
    case errc::not_found:
      return 404;
    case errc::method_not_allowed:
      return 405;
    case errc::conflict:
      return 409;
    case errc::too_large:
      return 413;
    case errc::unsupported_media_type:
      return 415;
    case errc::rate_limited:
    case errc::queue_full:
      return 429;
    case errc::store_unavailable:
    case errc::shutting_down:
      return 503;
    case errc::unreachable:
    case errc::internal:
      return 500;
  }
  return 500;
}

std::string_view reason_phrase(unsigned status) noexcept {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

void append_error(std::string& out, const failure& why) {
  out += R"({"code":)";
  codec::append_json_string(out, to_string(why.code));
  out += R"(,"message":)";
  codec::append_json_string(out, why.message);
  out += R"(,"details":[)";
  for (const problem& item : why.details) {
    if (&item != &why.details.front()) out += ',';
    out += R"({"pointer":)";
    codec::append_json_string(out, item.pointer);
    out += R"(,"message":)";
    codec::append_json_string(out, item.message);
    out += '}';
  }
  out += "]}";
}

http_response problem_response(const failure& why, std::string_view target, unsigned status) {
  http_response answer{.status = status, .content_type = "application/problem+json"};
  std::string& body = answer.body;
  body += R"({"type":"about:blank","title":)";
  codec::append_json_string(body, reason_phrase(status));
  body += R"(,"status":)";
  body += std::to_string(status);
  body += R"(,"detail":)";
  codec::append_json_string(body, why.message);
  body += R"(,"instance":)";
  codec::append_json_string(body, instance_of(target));
  body += R"(,"error":)";
  append_error(body, why);
  body += '}';
  if (may_pass(why.code)) {
    const auto wait = std::chrono::ceil<std::chrono::seconds>(why.retry_after);
    answer.headers.add("Retry-After", std::to_string(std::max(wait, default_retry_after).count()));
  }
  return answer;
}

http_response problem_response(const failure& why, std::string_view target) {
  return problem_response(why, target, http_status(why.code));
}

}  // namespace eventmgr::transport
