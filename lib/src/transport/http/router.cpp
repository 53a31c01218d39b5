#include "transport/http/router.hpp"

#include "transport/common/origin.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace eventmgr::transport {

namespace {

constexpr std::string_view version_prefix = "/api/v1";
constexpr std::string_view all_methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

struct target_parts {
  std::string_view base{};  ///< `version_prefix`, where the path had it
  std::string_view path{};
  std::string_view query{};
};

/// Takes a target in origin form or absolute form apart.
target_parts split_target(std::string_view target) {
  if (const std::size_t scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    const std::size_t path = target.find_first_of("/?", scheme + 3);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  const std::size_t mark = std::min(target.find('?'), target.size());
  target_parts parts{.path = target.substr(0, mark), .query = target.substr(std::min(mark + 1, target.size()))};
  if (parts.path.starts_with(version_prefix) && parts.path.substr(version_prefix.size()).starts_with('/')) {
    parts.path.remove_prefix(version_prefix.size());
    parts.base = version_prefix;
  }
  return parts;
}

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const std::size_t end = path.find('/');
    segments.push_back(path.substr(0, end));
    if (end == std::string_view::npos) return segments;
    path.remove_prefix(end + 1);
  }
}

bool is_variable(std::string_view segment) { return segment.starts_with('{'); }

bool serves(const route& call, std::string_view method) {
  return call.method == method || (method == "HEAD" && call.method == "GET");
}

/// Whether a request does more than read: by its method, or on the connection that it asks for.
bool does_more_than_read(const http_request& request) {
  return !is_safe_method(request.method) || request.headers.find("Upgrade");
}

bool names(const std::vector<std::string_view>& known, const std::string& given) {
  return std::ranges::any_of(known, [&](std::string_view name) { return query_string::same_name(given, name); });
}

std::optional<failure> check_names(const query_string& query, const route& call) {
  failure fault{.code = errc::invalid_request, .message = ""};
  for (const query_parameter& item : query) {
    if (names(call.parameters, item.name)) continue;
    fault.details.push_back({.pointer = "/" + item.name, .message = "is not known to this call"});
  }
  if (fault.details.empty()) return std::nullopt;
  fault.message = "query parameter " + fault.details.front().pointer.substr(1) + " " + fault.details.front().message;
  return fault;
}

}  // namespace

router::router(std::vector<route> routes, std::shared_ptr<api> calls)
    : api_{std::move(calls)}, cors_{api_->allowed_origins} {
  for (route& one : routes) {
    const std::string_view path = one.path;
    auto segments = split_path(path);
    const bool literal = std::ranges::none_of(segments, is_variable);
    routes_.push_back({.data = std::move(one), .segments = std::move(segments), .literal = literal});
  }
}

void router::handle(std::shared_ptr<exchange> item) {
  const http_request& request = item->request();
  cors_.add_fields(request, item->common_headers());
  if (request.target == "*" && request.method == "OPTIONS") return answer_options(*item, all_methods);
  if (does_more_than_read(request) && !admits_origin(request.headers, api_->allowed_origins)) {
    return fail(*item, {.code = errc::forbidden,
                        .message = "pages of this origin may change nothing here: see cors.allowedOrigins"});
  }

  const target_parts parts = split_target(request.target);
  match found = find(request.method, parts.path);
  if (found.allow.empty() && found.call == nullptr) {
    return fail(*item, {.code = errc::not_found, .message = "there is nothing at this path"});
  }
  if (found.call == nullptr) {
    if (request.method == "OPTIONS") return answer_options(*item, found.allow);
    item->common_headers().add("Allow", found.allow);
    return fail(*item, {.code = errc::method_not_allowed, .message = "this path takes only " + found.allow});
  }

  call work{.exchange = std::move(item), .argument = std::move(found.argument), .base = parts.base};
  if (!parts.query.empty() && !found.call->ignores_query) {
    auto query = query_string::parse(parts.query);
    if (query.has_error()) return fail(*work.exchange, query.error());
    if (const auto fault = check_names(*query, *found.call)) return fail(*work.exchange, *fault);
    work.query = std::move(*query);
  }
  if (found.call->holds_others) work.exchange->hold_others();
  found.call->handle(*api_, work);
}

router::match router::find(std::string_view method, std::string_view path) const {
  // The paths of most requests are spelt exactly as in the table.
  for (const compiled& candidate : routes_) {
    if (candidate.literal && candidate.data.path == path && serves(candidate.data, method)) {
      return {.call = &candidate.data};
    }
  }

  match found;
  if (!path.starts_with('/')) return found;
  std::vector<std::string> segments;
  for (const std::string_view raw : split_path(path)) {
    auto segment = percent_decode(raw, false);
    if (!segment) return found;
    segments.push_back(std::move(*segment));
  }
  for (const compiled& candidate : routes_) {
    std::string argument;
    if (!matches(candidate, segments, argument)) continue;
    if (serves(candidate.data, method)) return {.call = &candidate.data, .argument = std::move(argument)};
    found.allow += candidate.data.method;
    found.allow += candidate.data.method == "GET" ? ", HEAD, " : ", ";
  }
  if (!found.allow.empty()) found.allow += "OPTIONS";
  return found;
}

bool router::matches(const compiled& candidate, const std::vector<std::string>& segments, std::string& argument) const {
  return std::ranges::equal(candidate.segments, segments, [&](std::string_view expected, const std::string& given) {
    if (!is_variable(expected)) return expected == given;
    if (given.empty() || (expected == "{id}" && !parse_uuid(given))) return false;
    argument = given;
    return true;
  });
}

void router::answer_options(exchange& item, std::string_view allow) const {
  http_response answer{.status = 204};
  answer.headers.add("Allow", allow);
  cors_.add_preflight_fields(item.request(), allow, answer.headers);
  item.respond(std::move(answer));
}

}  // namespace eventmgr::transport
