#include "session.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace eventmgr::evctl {
namespace {

constexpr std::streamsize max_token_bytes = 64U << 10U;

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  return value != nullptr ? value : "";
}

output_format choose_format(const std::string& asked) {
  if (const auto format = parse_output_format(asked)) return *format;
  return is_terminal(STDOUT_FILENO) ? output_format::table : output_format::ndjson;
}

result<std::string> read_token(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string token(static_cast<std::size_t>(max_token_bytes), '\0');
  if (!file) return failure{errc::invalid_request, "cannot read the token in " + path};
  file.read(token.data(), max_token_bytes);
  token.resize(static_cast<std::size_t>(file.gcount()));
  const auto end = token.find_last_not_of(" \t\r\n");
  token.resize(end == std::string::npos ? 0 : end + 1);
  // It becomes part of a header line.
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x21 || c == 0x7F; };
  if (token.empty() || std::ranges::any_of(token, is_control)) {
    return failure{errc::invalid_request, path + " does not hold a token"};
  }
  return token;
}

/// The context that is asked for, or the current one; an empty one if there is none.
result<context> find_context(const std::string& asked) {
  const auto path = config_path();
  const auto config = load_config(path);
  if (!config) return config.error();
  const auto& name = asked.empty() ? config->current : asked;
  if (name.empty()) return context{};
  const auto found = config->contexts.find(name);
  if (found != config->contexts.end()) return found->second;
  return failure{errc::invalid_request, "there is no context \"" + name + "\" in " + path};
}

std::string first_of(const std::string& preferred, const std::string& otherwise) {
  return preferred.empty() ? otherwise : preferred;
}

}  // namespace

session::session(global_options options, std::shared_ptr<client::interrupt> stop)
    : options_{std::move(options)},
      stop_{std::move(stop)},
      printer_{out_, choose_format(options_.output), is_terminal(STDOUT_FILENO),
               is_terminal(STDOUT_FILENO) && !options_.no_colour && variable("NO_COLOR").empty()},
      interactive_{is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO)},
      progress_{is_terminal(STDERR_FILENO)} {}

result<client::client_options> session::connection() const {
  client::client_options result;
  result.stop = stop_;
  result.user_agent = "evctl/" EVCTL_VERSION;

  context chosen;
  const auto url = first_of(options_.url, options_.context.empty() ? variable("EVENTMGR_URL") : "");
  if (url.empty()) {
    auto found = find_context(options_.context);
    if (!found) return found.error();
    chosen = *std::move(found);
  }
  if (const auto address = first_of(url, chosen.url); !address.empty()) result.url = address;
  result.ca_file = first_of(options_.ca_file, chosen.ca_file);

  result.token = options_.context.empty() || chosen.token_file.empty() ? variable("EVENTMGR_TOKEN") : "";
  const auto token_file = first_of(options_.token_file, result.token.empty() ? chosen.token_file : "");
  if (!token_file.empty()) {
    auto token = read_token(token_file);
    if (!token) return token.error();
    result.token = *std::move(token);
  }
  return result;
}

client::broker_client& session::client() {
  if (!client_) client_.emplace(connection().value());
  return *client_;
}

void session::say(std::string_view text) const { std::cerr << "evctl: " << printable(text) << std::endl; }

exit_code session::fail(const failure& why) const {
  say(why.message);
  for (const auto& item : why.details) std::cerr << "  " << printable(item.pointer + ": " + item.message) << '\n';
  return exit_code_for(why.code);
}

}  // namespace eventmgr::evctl
