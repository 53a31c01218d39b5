#include "session.hpp"

#include "failure_text.hpp"
#include "input.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

namespace eventmgr::evctl {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  return value != nullptr ? value : "";
}

output_format choose_format(const std::string& asked) {
  if (const auto format = parse_output_format(asked)) return *format;
  return is_terminal(STDOUT_FILENO) ? output_format::table : output_format::ndjson;
}

std::string first_of(const std::string& preferred, const std::string& otherwise) {
  return preferred.empty() ? otherwise : preferred;
}

result<context> find_context(const std::string& asked) {
  const auto path = config_path();
  const auto config = load_config(path);
  if (!config) return config.error();
  const auto name = first_of(asked, first_of(variable("EVENTMGR_CONTEXT"), config->current));
  if (name.empty()) return context{};
  const auto found = config->contexts.find(name);
  if (found != config->contexts.end()) return found->second;
  return failure{errc::not_found, "there is no context \"" + name + "\" in " + path};
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
    auto token = read_secret_file(token_file, "token");
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
  const auto lines = lines_of(why);
  say(lines.front());
  for (std::size_t at = 1; at < lines.size(); ++at) std::cerr << printable(lines[at]) << '\n';
  return exit_code_for(why.code);
}

}  // namespace eventmgr::evctl
