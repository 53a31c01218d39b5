#include "full_screen.hpp"

#include "signals.hpp"
#include "terminal.hpp"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

namespace eventmgr::evctl {
namespace {

constexpr std::string_view enter{"\x1b[?1049h\x1b[?25l"};
constexpr std::string_view leave{"\x1b[?25h\x1b[?1049l"};

termios usual{};          // the terminal as it was found
bool keys_wanted{false};  // whether that is to be restored
volatile std::sig_atomic_t resized = 0;

void on_resize(int) { resized = 1; }

/// Async-signal-safe.
void restore() noexcept {
  static_cast<void>(::write(STDOUT_FILENO, leave.data(), leave.size()));
  if (keys_wanted) ::tcsetattr(STDIN_FILENO, TCSANOW, &usual);
}

void take_keys() noexcept {
  keys_wanted = is_terminal(STDIN_FILENO) && ::tcgetattr(STDIN_FILENO, &usual) == 0;
  if (!keys_wanted) return;
  termios each = usual;
  each.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  each.c_cc[VMIN] = 1;
  each.c_cc[VTIME] = 0;
  // Stopping or dumping here would leave the shell on this screen.
  each.c_cc[VSUSP] = _POSIX_VDISABLE;
  each.c_cc[VQUIT] = _POSIX_VDISABLE;
  ::tcsetattr(STDIN_FILENO, TCSANOW, &each);
}

}  // namespace

full_screen::full_screen() {
  struct sigaction action {};
  action.sa_handler = on_resize;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGWINCH, &action, nullptr);
  take_keys();
  on_abrupt_end(restore);
  out_.write(enter);
  out_.flush();
}

full_screen::~full_screen() {
  restore();
  on_abrupt_end(nullptr);
}

void full_screen::show(const std::vector<std::string>& lines) {
  out_.write("\x1b[H");
  for (std::size_t at = 0; at < lines.size(); ++at) {
    // Wiped before it is written: after a line that is full, its last column would be.
    out_.write(at > 0 ? "\r\n\x1b[2K" : "\x1b[2K");
    out_.write(lines[at]);
  }
  if (lines.size() < terminal_height()) out_.write("\r\n\x1b[J");
  out_.flush();
}

int full_screen::keys() const noexcept { return keys_wanted ? STDIN_FILENO : -1; }

std::optional<char> full_screen::read_key() noexcept {
  pollfd pressed{keys(), POLLIN, 0};
  char key = 0;
  if (::poll(&pressed, 1, 0) > 0 && ::read(STDIN_FILENO, &key, 1) == 1) return key;
  return std::nullopt;
}

bool full_screen::was_resized() noexcept {
  const bool was = resized != 0;
  resized = 0;
  return was;
}

}  // namespace eventmgr::evctl
