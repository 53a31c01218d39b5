#include "options.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace eventmgr::daemon {

namespace {

struct host_and_port {
  std::string host;
  std::string port;
};

/// HOST:PORT or [IPv6]:PORT. An IPv6 address without brackets is refused: its last group could be the port.
std::optional<host_and_port> split_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  if (host.empty() || port.empty()) return std::nullopt;
  return host_and_port{std::string{host}, std::string{port}};
}

std::string check_listen(const std::string& text) {
  return split_listen(text) ? "" : "must be HOST:PORT, as 127.0.0.1:3004 or [::1]:3004";
}

std::string check_assignment(const std::string& text) {
  const auto equals = text.find('=');
  return equals != std::string::npos && equals != 0 ? "" : "must be KEY=VALUE, as queue.maxSize=500";
}

struct named_level {
  std::string_view name;
  log_level level;
};

constexpr std::array levels{named_level{"debug", log_level::debug}, named_level{"info", log_level::info},
                            named_level{"warning", log_level::warning}, named_level{"error", log_level::error}};

std::optional<log_level> find_level(std::string_view name) {
  for (const auto& candidate : levels) {
    if (candidate.name == name) return candidate.level;
  }
  return std::nullopt;
}

std::string check_level(const std::string& text) {
  return find_level(text) ? "" : "must be debug, info, warning or error";
}

/// What the parser fills in, before it is put into the order that `config` wants.
struct raw_options {
  std::string config_file;
  std::string listen;
  std::string data_dir;
  std::vector<std::string> sets;
  std::string level;
  options parsed;
};

void declare(CLI::App& app, raw_options& raw) {
  app.add_option("--config", raw.config_file,
                 "Read the configuration from FILE (default: " + std::string{config::default_file} + ", if it exists)")
      ->type_name("FILE");
  app.add_option("--listen", raw.listen, "Listen on HOST:PORT; port 0 takes a free one")
      ->type_name("HOST:PORT")
      ->check(check_listen);
  auto* data_dir = app.add_option("--data-dir", raw.data_dir, "Keep local files in DIR")->type_name("DIR");
  app.add_option("--set", raw.sets, "Set a key of the configuration; may be repeated")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->check(check_assignment);
  app.add_option("--log-level", raw.level, "Log from this level on: debug, info (the default), warning or error")
      ->type_name("LEVEL")
      ->check(check_level);
  app.add_flag("--check-config", raw.parsed.check_config,
               "Say everything that is wrong with the configuration, and end");
  auto* verify =
      app.add_flag("--verify", raw.parsed.verify,
                   "Prove the ledger of a store that no daemon has open, and end: 1 when a problem is found");
  app.add_flag("--ephemeral", raw.parsed.ephemeral,
               "Keep everything in a temporary folder, removed at the end; take free ports, and print the address")
      ->excludes(data_dir)
      ->excludes(verify);
  app.set_version_flag("--version", "eventmgrd " EVENTMGR_VERSION);
}

/// Where an ephemeral daemon keeps its events is not for the command line to say.
void check_ephemeral(const options& given) {
  if (!given.ephemeral) return;
  for (const auto& [option, key, value] : given.command_line) {
    if (key == "dataDir" || key == "database.url") {
      throw CLI::ExcludesError{std::string{option}.append(" ").append(key), "--ephemeral"};
    }
  }
}

options finish(raw_options raw) {
  auto& done = raw.parsed;
  done.config_file = raw.config_file;
  done.level = find_level(raw.level).value_or(done.level);
  if (const auto address = split_listen(raw.listen)) {
    done.command_line.push_back({"--listen", "host", address->host});
    done.command_line.push_back({"--listen", "port", address->port});
  }
  if (!raw.data_dir.empty()) done.command_line.push_back({"--data-dir", "dataDir", raw.data_dir});
  for (const auto& text : raw.sets) {
    const auto equals = text.find('=');
    done.command_line.push_back({"--set", text.substr(0, equals), text.substr(equals + 1)});
  }
  check_ephemeral(done);
  return std::move(done);
}

}  // namespace

std::variant<options, exit_with> parse_options(int argc, const char* const* argv, std::ostream& out,
                                               std::ostream& err) {
  CLI::App app{"The EventManager daemon: stores events and delivers them to whoever asked for them.", "eventmgrd"};
  raw_options raw;
  declare(app, raw);
  try {
    app.parse(argc, argv);
    return finish(std::move(raw));
  } catch (const CLI::ParseError& stop) {
    return exit_with{app.exit(stop, out, err) == 0 ? exit_done : exit_usage};
  }
}

config::sources make_sources(const options& given, config::environment variables) {
  config::sources from{given.config_file, std::move(variables), given.command_line};
  if (given.ephemeral) {
    // The machine's own daemon, whose file the default one is, may run beside this one.
    if (from.file.empty()) from.file = "/dev/null";
    from.defaults.port = 0;
    from.defaults.metrics.port = 0;
  }
  return from;
}

void print_diagnostics(const config::outcome& read, std::ostream& err) {
  for (const auto& notice : read.warnings) {
    auto line = notice;
    line.message.insert(0, "warning: ");
    err << to_string(line) << '\n';
  }
  for (const auto& mistake : read.errors) err << to_string(mistake) << '\n';
}

int check_config(const config::sources& from, std::ostream& out, std::ostream& err) {
  const auto read = config::load(from);
  print_diagnostics(read, err);
  if (!read.ok()) return exit_failed;
  out << "configuration ok\n";
  return exit_done;
}

}  // namespace eventmgr::daemon
