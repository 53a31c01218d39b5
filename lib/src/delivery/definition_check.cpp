#include "delivery/definition_check.hpp"

#include "codec/endpoint_rules.hpp"
#include "delivery/common/endpoint_url.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace eventmgr::delivery {
namespace {

void add(std::vector<problem>& problems, std::string pointer, std::optional<std::string> fault) {
  if (fault) problems.push_back({std::move(pointer), std::move(*fault)});
}

/// A name as a part of a JSON Pointer.
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

void check_endpoint(std::string_view url, endpoint_scheme scheme, std::string_view pointer,
                    std::vector<named_target>& targets, std::vector<problem>& problems) {
  const auto parsed = parse_endpoint_url(url, scheme, pointer);
  if (parsed) {
    targets.push_back({parsed->host, std::string{pointer}});
  } else {
    const auto& found = parsed.error().details;
    problems.insert(problems.end(), found.begin(), found.end());
  }
}

}  // namespace

result<std::vector<named_target>> check_definition(const subscription_definition& definition) {
  const auto& options = definition.options;
  const bool webhook = definition.channel == channel_kind::webhook;
  const bool websocket = definition.channel == channel_kind::websocket;
  std::vector<named_target> targets;
  std::vector<problem> problems;
  if (webhook) check_endpoint(definition.endpoint, endpoint_scheme::http, "/endpoint", targets, problems);
  if (websocket) check_endpoint(definition.endpoint, endpoint_scheme::websocket, "/endpoint", targets, problems);
  if (!options.fallback_webhook.empty()) {
    check_endpoint(options.fallback_webhook, endpoint_scheme::http, "/options/fallbackWebhook", targets, problems);
  }
  if (webhook || websocket) {
    const auto& headers = options.headers;
    if (headers.size() > codec::max_headers) add(problems, "/options/headers", "has too many headers");
    for (const auto& [name, value] : headers) {
      add(problems, "/options/headers/" + escaped(name), codec::fault_of_header(name, value));
    }
    if (!options.secret.empty()) add(problems, "/options/secret", codec::fault_of_secret(options.secret));
  }
  if (problems.empty()) return targets;
  std::string message = problems.front().pointer + " " + problems.front().message;
  return failure{errc::invalid_request, std::move(message), std::move(problems)};
}

}  // namespace eventmgr::delivery
