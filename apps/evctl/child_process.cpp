#include "child_process.hpp"

#include "throw_errno.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace eventmgr::evctl {
namespace {

std::string_view name_of(std::string_view variable) { return variable.substr(0, variable.find('=')); }

/// This process's environment, where the variables replace their like. Points into both.
std::vector<char*> make_environment(const std::vector<std::string>& variables) {
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    bool replaced = false;
    for (const auto& variable : variables) replaced = replaced || name_of(variable) == name_of(*entry);
    if (!replaced) environment.push_back(*entry);
  }
  for (const auto& variable : variables) environment.push_back(const_cast<char*>(variable.c_str()));
  environment.push_back(nullptr);
  return environment;
}

/// What the child does between fork and exec: system calls only, for other threads may have held any lock.
[[noreturn]] void become(int input, pid_t parent, char* const* arguments, char* const* environment) noexcept {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(exit_cannot_execute);
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  ::sigaction(SIGPIPE, &usual, nullptr);
  ::dup2(input, STDIN_FILENO);
  ::execve(arguments[0], arguments, environment);
  ::_exit(exit_cannot_execute);
}

}  // namespace

child_process::child_process(const std::string& command, const std::vector<std::string>& variables) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw_errno("cannot make a pipe");
  std::string shell{"/bin/sh"};
  std::string option{"-c"};
  std::string text{command};
  const std::array<char*, 4> arguments{shell.data(), option.data(), text.data(), nullptr};
  const auto environment = make_environment(variables);
  const auto parent = ::getpid();
  id_ = ::fork();
  if (id_ == 0) become(pipe[0], parent, arguments.data(), environment.data());
  const int why = errno;
  ::close(pipe[0]);
  input_ = pipe[1];
  if (id_ < 0) {
    close_input();
    throw std::system_error{why, std::generic_category(), "cannot run the command"};
  }
  // Here as well as there: whichever comes first, the group exists before it is signalled.
  ::setpgid(id_, id_);
  ::fcntl(input_, F_SETFL, O_NONBLOCK);
  // By its number: the C library of Debian 12 declares it so that C++ cannot link it.
  ended_ = static_cast<int>(::syscall(SYS_pidfd_open, id_, 0));
  if (ended_ >= 0) return;
  const std::system_error refused{errno, std::generic_category(), "cannot watch the command"};
  signal_group(SIGKILL);
  ::waitpid(id_, nullptr, 0);
  close_input();
  throw refused;
}

child_process::~child_process() {
  if (!status()) {
    signal_group(SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  close_input();
  ::close(ended_);
}

bool child_process::write_some(std::string_view& text) noexcept {
  const auto count = ::write(input_, text.data(), text.size());
  if (count >= 0) text.remove_prefix(static_cast<std::size_t>(count));
  return count >= 0 || errno == EAGAIN || errno == EINTR;
}

void child_process::close_input() noexcept {
  if (input_ >= 0) ::close(input_);
  input_ = -1;
}

void child_process::signal_group(int signal) const noexcept { ::kill(-id_, signal); }

std::optional<int> child_process::status() noexcept {
  int value = 0;
  if (!status_ && ::waitpid(id_, &value, WNOHANG) == id_) status_ = value;
  return status_;
}

}  // namespace eventmgr::evctl
