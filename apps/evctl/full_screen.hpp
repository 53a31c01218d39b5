#pragma once

#include "standard_output.hpp"

#include <termios.h>

#include <optional>
#include <string>
#include <vector>

namespace eventmgr::evctl {

/// A terminal's alternate screen, without echo and cursor, and with each key read as it is pressed. What was there
/// comes back at the end, however that comes: also when a second signal ends the process at once. One at a time;
/// standard output must be a terminal.
class full_screen {
 public:
  full_screen();
  full_screen(const full_screen&) = delete;
  full_screen& operator=(const full_screen&) = delete;
  ~full_screen();

  /// Replaces what is shown. The lines must fit.
  void show(const std::vector<std::string>& lines);

  /// The descriptor to read keys from; -1 if standard input is no terminal.
  int keys() const noexcept;

  /// A key that was pressed, if one was.
  std::optional<char> read_key() noexcept;

  /// Whether the terminal's size has changed since the last call. poll(2) is interrupted by it.
  bool was_resized() noexcept;

 private:
  standard_output out_{};
};

}  // namespace eventmgr::evctl
