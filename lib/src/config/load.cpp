#include "config/assembler.hpp"
#include "config/config.hpp"
#include "config/keys.hpp"
#include "config/yaml_loader.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>

namespace eventmgr::config {

namespace {

/// Variables that services around this one are commonly given. They mean nothing to this release.
constexpr std::string_view unused_variables[] = {"REDIS_URL", "VECTOR_STORE_URL"};

/// Variables with our prefix that belong to evctl.
constexpr std::string_view client_variables[] = {"EVENTMGR_URL", "EVENTMGR_TOKEN", "EVENTMGR_CONTEXT"};

constexpr std::string_view environment_prefix = "EVENTMGR_";

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The text of a file of at most `max_file_bytes`, or what is wrong with it.
struct file_text {
  std::string text{};
  std::string mistake{};
};

file_text read_file(const std::filesystem::path& path) {
  std::error_code fault;
  const auto status = std::filesystem::status(path, fault);
  if (!std::filesystem::exists(status)) return {{}, "no such file"};
  if (std::filesystem::is_directory(status)) return {{}, "is a directory"};
  std::ifstream input{path, std::ios::binary};
  if (!input) return {{}, "cannot be opened for reading"};
  file_text read;
  read.text.resize(max_file_bytes + 1);
  input.read(read.text.data(), static_cast<std::streamsize>(read.text.size()));
  if (input.bad()) return {{}, "cannot be read"};
  read.text.resize(static_cast<std::size_t>(input.gcount()));
  if (read.text.size() > max_file_bytes) return {{}, "is larger than 1 MiB"};
  return read;
}

void add_file(assembler& into, const std::filesystem::path& named) {
  const std::filesystem::path path{named.empty() ? std::filesystem::path{default_file} : named};
  std::error_code fault;
  if (named.empty() && std::filesystem::status(path, fault).type() == std::filesystem::file_type::not_found) return;

  const auto origin = path.string();
  const auto read = read_file(path);
  if (!read.mistake.empty()) {
    into.add_error({{origin}, "", read.mistake});
    return;
  }
  const auto document = read_yaml(read.text);
  for (const auto& mistake : document.mistakes) {
    into.add_error({{origin, mistake.line, mistake.column}, "", mistake.message});
  }
  into.add_document(origin, document.root);
}

/// What Kubernetes sets for services named "eventmgr", "eventmgr-metrics" and the like:
/// EVENTMGR_PORT=tcp://10.0.0.1:3004, EVENTMGR_METRICS_PORT=tcp://10.0.0.2:9090, EVENTMGR_SERVICE_HOST and so on. A
/// daemon must not fail to start because its own service exists.
bool is_service_link(std::string_view name, std::string_view text) {
  const auto holds = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  const bool is_address = text.starts_with("tcp://") || text.starts_with("udp://") || text.starts_with("sctp://");
  return (name.ends_with("_PORT") && is_address) || holds("_PORT_") || holds("_SERVICE_HOST") || holds("_SERVICE_PORT");
}

bool is_key_variable(std::string_view name) {
  const auto keys = describe();
  return std::any_of(keys.begin(), keys.end(), [&](const key& item) { return environment_name(item.name) == name; });
}

void add_environment(assembler& into, const environment& variables) {
  const location where{"environment"};
  const auto read = [&](const std::string& name) -> std::optional<std::string_view> {
    const auto found = variables.find(name);
    if (found == variables.end() || found->second.empty() || is_service_link(name, found->second)) return std::nullopt;
    return found->second;
  };

  // The usual name of the store's address gives way to our own.
  if (const auto url = read("DATABASE_URL")) into.add_text(*find_key("database.url"), *url, where, "DATABASE_URL");
  for (const auto& item : describe()) {
    const auto name = environment_name(item.name);
    if (const auto text = read(name)) into.add_text(item, *text, where, name);
  }

  for (const auto& [name, text] : variables) {
    if (text.empty()) continue;
    if (is_one_of(name, unused_variables)) into.add_warning({where, name, "is not used by this release"});
    if (!name.starts_with(environment_prefix) || is_one_of(name, client_variables)) continue;
    if (is_service_link(name, text)) continue;
    if (is_for_later_variable(name)) {
      into.add_error({where, name, "is not supported by this release"});
    } else if (!is_key_variable(name)) {
      into.add_warning({where, name, "is not a known variable"});
    }
  }
}

void add_command_line(assembler& into, const std::vector<assignment>& assignments) {
  const location where{"command line"};
  for (const auto& [option, name, text] : assignments) {
    std::string named = option;
    named.append(1, ' ').append(name);
    if (const auto* item = find_key(name)) {
      into.add_text(*item, text, where, named);
    } else {
      into.add_error({where, named, assembler::explain_unknown(name)});
    }
  }
}

}  // namespace

outcome load(const sources& from) {
  assembler work{from.defaults};
  add_file(work, from.file);
  add_environment(work, from.variables);
  add_command_line(work, from.command_line);
  return std::move(work).finish();
}

environment process_environment() {
  environment variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) {
      variables.emplace(std::string{text.substr(0, equals)}, std::string{text.substr(equals + 1)});
    }
  }
  return variables;
}

std::filesystem::path data_directory(const settings& options, const environment& variables) {
  if (!options.data_dir.empty()) return options.data_dir;
  const auto read = [&](std::string_view name) -> std::string_view {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string_view{} : std::string_view{found->second};
  };
  // systemd separates several folders with colons; the first is ours.
  if (const auto state = read("STATE_DIRECTORY"); !state.empty()) return state.substr(0, state.find(':'));
  if (const auto state = read("XDG_STATE_HOME"); !state.empty()) return std::filesystem::path{state} / "eventmgr";
  if (const auto home = read("HOME"); !home.empty()) return std::filesystem::path{home} / ".local/state/eventmgr";
  return {};
}

}  // namespace eventmgr::config
