#include "bench/load/server_under_test.hpp"

#include <sys/resource.h>

#include <chrono>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace eventmgr::bench {

namespace {

constexpr std::chrono::seconds start_limit(60);
constexpr std::string_view announcement = "listening on ";

std::filesystem::path own_folder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path(); }

double seconds_of(const timeval& span) {
  return static_cast<double>(span.tv_sec) + static_cast<double>(span.tv_usec) / 1e6;
}

double own_cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

}  // namespace

std::filesystem::path data_root_of(const target_options& options) {
  return options.data_root.empty() ? own_folder().parent_path() : options.data_root;
}

std::vector<std::string> server_command(const target_options& options, const std::string& data_dir) {
  if (options.baseline) {
    return {(own_folder() / "eventmgr-bench-baseline").string(), "serve", "--data-dir", data_dir};
  }
  const auto program = options.daemon.empty() ? own_folder() / "eventmgrd" : options.daemon;
  std::vector<std::string> command{program.string(), "--data-dir", data_dir,        "--listen",
                                   "127.0.0.1:0",    "--set",      "metrics.port=0"};
  for (const auto& setting : options.settings) command.insert(command.end(), {"--set", setting});
  return command;
}

testing::process start_server(const std::vector<std::string>& command) {
  testing::process_options options;
  options.command = command;
  options.unset = {"DATABASE_URL", "NOTIFY_SOCKET", "STATE_DIRECTORY"};
  return testing::process(options);
}

endpoint wait_until_listening(const testing::process& server) {
  const bool announced = server.wait_for_err(announcement, start_limit);
  auto log = server.err();
  if (!announced) throw std::runtime_error("the server does not listen; it wrote:\n" + log);
  const auto at = log.find(announcement) + announcement.size();
  // The line is whole only with its end.
  while (log.find('\n', at) == std::string::npos) {
    std::this_thread::yield();
    log = server.err();
  }
  return parse_endpoint(std::string_view(log).substr(at, log.find_first_of(" \r\n", at) - at));
}

server_under_test::server_under_test(const target_options& options) {
  if (!options.url.empty()) {
    where_ = parse_endpoint(options.url);
    pid_ = options.pid;
    return;
  }
  data_dir_.emplace(data_root_of(options).string());
  process_.emplace(start_server(server_command(options, data_dir_->path())));
  pid_ = process_->pid();
  where_ = wait_until_listening(*process_);
}

std::optional<process_usage> server_under_test::usage() const {
  if (pid_ == 0) return std::nullopt;
  return usage_of(pid_);
}

usage_meter::usage_meter(const server_under_test& server)
    : server_(server), server_before_(server.usage()), own_before_(own_cpu_seconds()) {}

void usage_meter::report_into(report& out, std::uint64_t work_items, const std::string& per_what) const {
  const auto now = server_.usage();
  if (now && server_before_) {
    const double used = now->cpu_seconds - server_before_->cpu_seconds;
    out.figure("server_cpu_s", used, "s");
    if (work_items > 0) {
      out.figure("server_cpu_s_per_100k", used * 1e5 / static_cast<double>(work_items), "s per 100,000 " + per_what);
    }
    out.figure("server_rss_mib", mebibytes(now->rss_bytes), "MiB");
    out.figure("server_rss_peak_mib", mebibytes(now->peak_bytes), "MiB");
  }
  out.figure("generator_cpu_s", own_cpu_seconds() - own_before_, "s");
}

}  // namespace eventmgr::bench
