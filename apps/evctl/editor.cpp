#include "editor.hpp"

#include "child_process.hpp"
#include "throw_errno.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace eventmgr::evctl {
namespace {

std::string editor_command() {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
    if (value != nullptr && *value != '\0') return value;
  }
  return "vi";
}

/// A file that is gone at the end.
class scratch_file {
 public:
  scratch_file(const std::string& text, const std::string& suffix)
      : path_{(std::filesystem::temp_directory_path() / ("evctl-XXXXXX" + suffix)).string()} {
    const int opened = ::mkstemps(path_.data(), static_cast<int>(suffix.size()));
    if (opened < 0) throw_errno("cannot make a temporary file");
    ::close(opened);
    std::ofstream out{path_, std::ios::binary};
    out << text;
    out.close();
    if (!out) throw_errno("cannot write a temporary file");
  }
  scratch_file(const scratch_file&) = delete;
  scratch_file& operator=(const scratch_file&) = delete;
  ~scratch_file() { ::unlink(path_.c_str()); }

  const std::string& path() const noexcept { return path_; }

  std::string read() const {
    std::ifstream in{path_, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

 private:
  std::string path_;
};

/// While it lives, the keys that interrupt are the editor's.
class ignored_interrupts {
 public:
  ignored_interrupts() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigemptyset(&ignore.sa_mask);
    ::sigaction(SIGINT, &ignore, &interrupt_);
    ::sigaction(SIGQUIT, &ignore, &quit_);
  }
  ignored_interrupts(const ignored_interrupts&) = delete;
  ignored_interrupts& operator=(const ignored_interrupts&) = delete;
  ~ignored_interrupts() { restore(); }

  /// Also what the editor starts from. Async-signal-safe.
  void restore() const noexcept {
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigaction(SIGQUIT, &quit_, nullptr);
  }

 private:
  struct sigaction interrupt_ {};
  struct sigaction quit_ {};
};

/// Its status as waitpid(2) gives it.
int run_editor(const std::string& path) {
  const auto command = editor_command() + " \"$1\"";
  const ignored_interrupts quiet;
  const pid_t child = ::fork();
  if (child < 0) throw_errno("cannot run the editor");
  if (child == 0) {
    quiet.restore();
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    ::sigaction(SIGPIPE, &usual, nullptr);
    ::execl("/bin/sh", "sh", "-c", command.c_str(), "sh", path.c_str(), nullptr);
    ::_exit(exit_cannot_execute);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

result<std::string> edit_text(const std::string& text, const std::string& suffix) {
  const scratch_file file{text, suffix};
  if (const int status = run_editor(file.path()); status != 0) {
    return failure{errc::invalid_request, "the editor \"" + editor_command() + "\" failed"};
  }
  return file.read();
}

}  // namespace eventmgr::evctl
