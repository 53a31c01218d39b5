#include "support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace eventmgr::testing {
namespace {

using clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what) { throw std::system_error{errno, std::generic_category(), what}; }

class descriptor {
 public:
  explicit descriptor(int fd = -1) noexcept : fd_{fd} {}
  descriptor(descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~descriptor() { reset(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  void reset() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

struct pipe_ends {
  descriptor read;
  descriptor write;
};

pipe_ends make_pipe() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) fail("pipe2");
  return {descriptor{fds[0]}, descriptor{fds[1]}};
}

struct terminal {
  descriptor master;
  descriptor slave;  ///< kept until the child has it, so that the master does not see a hang-up before
  std::string name;
};

terminal make_terminal() {
  int master = -1;
  int slave = -1;
  std::array<char, 128> name{};
  const winsize size{24, 100, 0, 0};
  if (::openpty(&master, &slave, name.data(), nullptr, &size) != 0) fail("openpty");
  ::fcntl(master, F_SETFD, FD_CLOEXEC);
  ::fcntl(slave, F_SETFD, FD_CLOEXEC);
  return {descriptor{master}, descriptor{slave}, name.data()};
}

std::vector<std::string> make_environment(const process_options& options) {
  std::vector<std::string> result;
  const auto name_of = [](std::string_view entry) { return entry.substr(0, entry.find('=')); };
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const auto name = name_of(*entry);
    const bool replaced =
        std::ranges::any_of(options.environment, [&](const auto& added) { return added.first == name; });
    if (!replaced && std::ranges::find(options.unset, name) == options.unset.end()) result.emplace_back(*entry);
  }
  for (const auto& [name, value] : options.environment) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (auto& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

class spawn_attributes {
 public:
  explicit spawn_attributes(bool own_session) {
    ::posix_spawnattr_init(&attributes_);
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    const int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (own_session ? POSIX_SPAWN_SETSID : 0);
    ::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
    ::posix_spawn_file_actions_init(&actions);
  }
  spawn_attributes(const spawn_attributes&) = delete;
  spawn_attributes& operator=(const spawn_attributes&) = delete;
  ~spawn_attributes() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions);
  }

  const posix_spawnattr_t* get() const noexcept { return &attributes_; }

  posix_spawn_file_actions_t actions{};

 private:
  posix_spawnattr_t attributes_{};
};

}  // namespace

struct process::state {
  struct stream {
    descriptor fd{};
    std::string text{};
    bool ended{false};
  };

  pid_t pid{-1};
  std::optional<int> status{};
  descriptor input{};
  descriptor wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};

  mutable std::mutex mutex{};
  mutable std::condition_variable changed{};
  stream out{};
  stream err{};
  bool close_out{false};
  bool stop{false};
  std::thread reader{};

  ~state() {
    if (!status && pid > 0) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
    {
      const std::lock_guard lock{mutex};
      stop = true;
    }
    ring();
    if (reader.joinable()) reader.join();
  }

  void ring() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake.get(), &one, sizeof one);
  }

  void end(stream& from) {
    from.fd.reset();
    from.ended = true;
    changed.notify_all();
  }

  /// A terminal answers EIO once no process has its other end open.
  void read_some(stream& from) {
    std::array<char, 65536> buffer;
    const auto count = ::read(from.fd.get(), buffer.data(), buffer.size());
    const std::lock_guard lock{mutex};
    if (count > 0) {
      from.text.append(buffer.data(), static_cast<std::size_t>(count));
      changed.notify_all();
    } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
      end(from);
    }
  }

  void read_all() {
    for (;;) {
      std::array<pollfd, 3> fds{};
      {
        const std::lock_guard lock{mutex};
        if (close_out && out.fd) end(out);
        if (stop || (out.ended && err.ended)) return;
        fds = {pollfd{wake.get(), POLLIN, 0}, pollfd{out.fd.get(), POLLIN, 0}, pollfd{err.fd.get(), POLLIN, 0}};
      }
      if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return;
      std::uint64_t count = 0;
      if (fds[0].revents != 0) [[maybe_unused]]
        const auto got = ::read(wake.get(), &count, sizeof count);
      if (fds[1].revents != 0) read_some(out);
      if (fds[2].revents != 0) read_some(err);
    }
  }

  template <class Condition>
  bool wait_until(const stream& of, duration deadline, Condition holds) const {
    std::unique_lock lock{mutex};
    changed.wait_for(lock, deadline, [&] { return holds(of.text) || of.ended; });
    return holds(of.text);
  }

  bool has_ended(bool block) {
    if (status) return true;
    int raw = 0;
    if (::waitpid(pid, &raw, block ? 0 : WNOHANG) != pid) return false;
    status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return true;
  }
};

process::process(const process_options& options) : state_{std::make_unique<state>()} {
  const bool uses_terminal = options.stdin_terminal || options.stdout_terminal || options.stderr_terminal;
  spawn_attributes attributes{uses_terminal};
  auto& actions = attributes.actions;

  terminal tty;
  if (uses_terminal) tty = make_terminal();
  auto input = make_pipe();
  auto out = make_pipe();
  auto err = make_pipe();
  // The session leader gets its controlling terminal by opening one.
  const auto connect = [&](int target, bool to_terminal, int pipe_end) {
    if (to_terminal) {
      ::posix_spawn_file_actions_addopen(&actions, target, tty.name.c_str(), O_RDWR, 0);
    } else {
      ::posix_spawn_file_actions_adddup2(&actions, pipe_end, target);
    }
  };
  connect(STDIN_FILENO, options.stdin_terminal, input.read.get());
  connect(STDOUT_FILENO, options.stdout_terminal, out.write.get());
  connect(STDERR_FILENO, options.stderr_terminal, err.write.get());
  if (!options.working_directory.empty()) {
    ::posix_spawn_file_actions_addchdir_np(&actions, options.working_directory.c_str());
  }

  auto command = options.command;
  auto environment = make_environment(options);
  const auto argv = pointers(command);
  const auto envp = pointers(environment);
  errno = ::posix_spawn(&state_->pid, argv.at(0), &actions, attributes.get(), argv.data(), envp.data());
  if (errno != 0) {
    state_->pid = -1;
    fail(options.command.front().c_str());
  }

  const auto share_master = [&] { return descriptor{::fcntl(tty.master.get(), F_DUPFD_CLOEXEC, 0)}; };
  state_->input = options.stdin_terminal ? share_master() : std::move(input.write);
  state_->out.fd = options.stdout_terminal ? share_master() : std::move(out.read);
  if (!options.stderr_terminal) {
    state_->err.fd = std::move(err.read);
  } else if (options.stdout_terminal) {
    state_->err.ended = true;
  } else {
    state_->err.fd = share_master();
  }
  state_->reader = std::thread{[s = state_.get()] { s->read_all(); }};
}

process::process(process&&) noexcept = default;
process& process::operator=(process&&) noexcept = default;
process::~process() = default;

pid_t process::pid() const noexcept { return state_->pid; }

void process::send_signal(int signal) noexcept {
  if (!state_->status) ::kill(state_->pid, signal);
}

bool process::write_stdin(std::string_view text) {
  // A test program must not die of the pipe that it tests.
  std::signal(SIGPIPE, SIG_IGN);
  while (!text.empty()) {
    const auto count = ::write(state_->input.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void process::close_stdin() { state_->input.reset(); }

void process::close_stdout() {
  {
    const std::lock_guard lock{state_->mutex};
    state_->close_out = true;
  }
  state_->ring();
  std::unique_lock lock{state_->mutex};
  state_->changed.wait(lock, [&] { return state_->out.ended; });
}

std::string process::out() const {
  const std::lock_guard lock{state_->mutex};
  return state_->out.text;
}

std::string process::err() const {
  const std::lock_guard lock{state_->mutex};
  return state_->err.text;
}

bool process::wait_for_out(std::string_view text, duration deadline) const {
  return state_->wait_until(state_->out, deadline, [&](const std::string& all) { return all.find(text) != all.npos; });
}

bool process::wait_for_err(std::string_view text, duration deadline) const {
  return state_->wait_until(state_->err, deadline, [&](const std::string& all) { return all.find(text) != all.npos; });
}

bool process::wait_for_out_lines(std::size_t lines, duration deadline) const {
  return state_->wait_until(state_->out, deadline, [&](const std::string& all) {
    return static_cast<std::size_t>(std::ranges::count(all, '\n')) >= lines;
  });
}

std::optional<process_result> process::wait(duration deadline) {
  const auto until = clock::now() + deadline;
  while (!state_->has_ended(false)) {
    if (clock::now() >= until) return std::nullopt;
    // Children can only be waited for with a deadline by looking now and then.
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  {
    // Grandchildren may hold the pipes open; what they write is not waited for longer than the deadline.
    std::unique_lock lock{state_->mutex};
    state_->changed.wait_until(lock, until, [&] { return state_->out.ended && state_->err.ended; });
  }
  return process_result{*state_->status, out(), err()};
}

void process::kill() {
  send_signal(SIGKILL);
  state_->has_ended(true);
}

process_result run(const process_options& options, std::string_view input, process::duration deadline) {
  process child{options};
  child.write_stdin(input);
  if (!options.stdin_terminal) child.close_stdin();
  if (auto result = child.wait(deadline)) return *std::move(result);
  throw std::runtime_error{options.command.front() + " did not end in time; it wrote:\n" + child.out() + child.err()};
}

temp_dir::temp_dir(const std::string& parent) {
  std::string where = parent;
  if (where.empty()) {
    const char* configured = std::getenv("TMPDIR");
    where = configured != nullptr ? configured : "/tmp";
  }
  path_ = where + "/eventmgr-test-XXXXXX";
  if (::mkdtemp(path_.data()) == nullptr) fail("mkdtemp");
}

temp_dir::~temp_dir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string temp_dir::write(std::string_view name, std::string_view content) const {
  auto path = file(name);
  std::ofstream stream{path, std::ios::binary};
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!stream.flush()) throw std::runtime_error{"cannot write " + path};
  return path;
}

std::string program_path(std::string_view name) { return EVENTMGR_BIN_DIR "/" + std::string{name}; }

}  // namespace eventmgr::testing
