#include "assembly/daemon.hpp"
#include "log.hpp"
#include "options.hpp"
#include "temporary_directory.hpp"
#include "verify.hpp"

#include <eventmgr/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

namespace {

using namespace eventmgr;

constexpr const char* scratch_prefix = "eventmgrd-ephemeral-";

/// The settings as they stand now, or nothing, with every mistake on standard error.
std::optional<settings> read_settings(const daemon::options& given) {
  auto read = config::load(daemon::make_sources(given, config::process_environment()));
  daemon::print_diagnostics(read, std::cerr);
  if (!read.ok()) return std::nullopt;
  return std::move(read.values);
}

/// Lets a script read the address to the end of the stream: `url=$(eventmgrd --ephemeral &)`.
void announce(const std::string& url) {
  std::cout << url << std::endl;
  if (const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC); nowhere >= 0) {
    ::dup2(nowhere, STDOUT_FILENO);
    ::close(nowhere);
  }
}

int serve(const daemon::options& given) {
  auto configuration = read_settings(given);
  if (!configuration) return daemon::exit_failed;

  const auto least = daemon::level_of(given.level);
  assembly::daemon_options process{
      .reload = [&given] { return read_settings(given); }, .log = daemon::make_log(least), .least = least};
  std::optional<daemon::temporary_directory> scratch;
  if (given.ephemeral) {
    daemon::remove_abandoned(scratch_prefix);
    configuration->data_dir = scratch.emplace(scratch_prefix).path();
    configuration->database.url = "sqlite:";
    process.ready = announce;
  }
  process.configuration = std::move(*configuration);
  assembly::run_daemon(process);
  return daemon::exit_done;
}

int fail(const daemon::options& given, const std::string& why) {
  std::cerr << "eventmgrd: " << why << '\n';
  return given.verify ? daemon::exit_unproved : daemon::exit_failed;
}

int verify(const daemon::options& given) {
  const auto configuration = read_settings(given);
  return configuration ? daemon::verify(*configuration, std::cout, std::cerr) : daemon::exit_unproved;
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
  } catch (const eventmgr::error& refused) {
    return fail(given, refused.reason().message);
  } catch (const std::exception& failed) {
    return fail(given, failed.what());
  }
}
