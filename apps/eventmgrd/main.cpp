#include "assembly/daemon.hpp"
#include "log.hpp"
#include "options.hpp"
#include "temporary_directory.hpp"
#include "verify.hpp"

#include <eventmgr/error.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <utility>

namespace {

using namespace eventmgr;

/// The settings as they stand now, or nothing, with every mistake on standard error.
std::optional<settings> read_settings(const daemon::options& given) {
  auto read = config::load(daemon::make_sources(given, config::process_environment()));
  daemon::print_diagnostics(read, std::cerr);
  if (!read.ok()) return std::nullopt;
  return std::move(read.values);
}

int serve(const daemon::options& given) {
  auto configuration = read_settings(given);
  if (!configuration) return daemon::exit_failed;

  std::optional<daemon::temporary_directory> scratch;
  if (given.ephemeral) {
    configuration->data_dir = scratch.emplace("eventmgrd-").path();
    configuration->database.url = "sqlite:";
  }
  assembly::run_daemon({.configuration = std::move(*configuration),
                        .reload = [&given] { return read_settings(given); },
                        .log = daemon::make_log(given.level)});
  return daemon::exit_done;
}

int verify(const daemon::options& given) {
  const auto configuration = read_settings(given);
  return configuration ? daemon::verify(*configuration, std::cout, std::cerr) : daemon::exit_failed;
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed = daemon::parse_options(argc, argv, std::cout, std::cerr);
  if (const auto* end = std::get_if<daemon::exit_with>(&parsed)) return end->code;
  const auto& given = std::get<daemon::options>(parsed);
  try {
    if (given.check_config) {
      return daemon::check_config(daemon::make_sources(given, config::process_environment()), std::cout, std::cerr);
    }
    return given.verify ? verify(given) : serve(given);
  } catch (const std::exception& failed) {
    std::cerr << "eventmgrd: " << failed.what() << '\n';
    return daemon::exit_failed;
  }
}
