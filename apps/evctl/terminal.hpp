#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace eventmgr::evctl {

bool is_terminal(int descriptor) noexcept;

/// Columns of the terminal on standard output; 80 if it does not say.
std::size_t terminal_width() noexcept;

/// Lines of it; 24 if it does not say.
std::size_t terminal_height() noexcept;

/// Text that came from elsewhere, made safe to show: control characters (C0, DEL, C1), bidirectional overrides, the
/// byte order mark, U+FFFE and U+FFFF, and bytes that are no UTF-8 are written as `\u001b` and the like, so that an
/// event cannot drive the reader's terminal. JSON stays the same JSON.
std::string printable(std::string_view text);

/// How many columns the text takes. `text` is printable.
std::size_t display_width(std::string_view text) noexcept;

/// At most so many columns, "…" standing for what was cut off.
std::string shorten(std::string_view text, std::size_t columns);

enum class style { plain, strong, faint, red, yellow, green, cyan };

/// The text in that style, as ANSI escape sequences.
std::string styled(std::string_view text, style look);

/// Asks on standard error and reads a line; yes is "y" or "yes". Only to be called where both are terminals.
bool confirm(std::string_view question);

}  // namespace eventmgr::evctl
