// eventmgr-bench-baseline: what the machine allows, for comparison with what the daemon does on it.

#include "bench/baseline/bare_server.hpp"
#include "bench/baseline/disk_probe.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <utility>

namespace {

using namespace eventmgr::bench;

enum exit_code { done = 0, failed = 1, usage_error = 2 };

struct arguments {
  std::filesystem::path folder{};
  bool no_sync{false};
  bool extend{false};
  std::size_t write_bytes{4096};
  unsigned seconds{2};
  bool json{false};
};

void serve(const arguments& args) {
  std::optional<append_file> file;
  if (!args.no_sync) file.emplace(args.folder, args.extend ? append_mode::extend : append_mode::overwrite);
  bare_server server(std::move(file));
  std::cerr << "listening on http://127.0.0.1:" << server.port() << std::endl;
  server.run();
}

void probe(const arguments& args) {
  const auto found = probe_disk(args.folder, args.write_bytes, std::chrono::seconds(args.seconds));
  if (args.json) {
    found.print_json(std::cout);
  } else {
    found.print_table(std::cout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  arguments args;
  CLI::App app("What the machine allows: a bare HTTP server that appends and syncs, and the disk's rate of syncs");
  app.require_subcommand(1);
  auto& server = *app.add_subcommand("serve", "Take POST requests on a free port, append their bodies, sync, answer");
  server.add_option("--data-dir", args.folder, "Where the file is made")->required()->check(CLI::ExistingDirectory);
  auto* no_sync = server.add_flag("--no-sync", args.no_sync, "Only answer: no file at all");
  server.add_flag("--extend", args.extend, "Let the file grow instead of overwriting allocated space")
      ->excludes(no_sync);
  auto& disk = *app.add_subcommand("probe-disk", "Rate and latency of fdatasync after small writes");
  disk.add_option("--dir", args.folder, "A folder on the disk")->required()->check(CLI::ExistingDirectory);
  disk.add_option("--bytes", args.write_bytes, "Bytes of a write")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  disk.add_option("--seconds", args.seconds, "For each way of writing")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  disk.add_flag("--json", args.json, "Print one JSON object instead of a table");

  try {
    app.parse(argc, argv);
    catch_interrupts();
    if (app.got_subcommand("serve")) {
      serve(args);
    } else {
      probe(args);
    }
    return done;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? done : usage_error;
  } catch (const interrupted&) {
    return done;
  } catch (const std::exception& error) {
    std::cerr << "eventmgr-bench-baseline: " << error.what() << '\n';
    return failed;
  }
}
