#include "input.hpp"

#include "json_text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace eventmgr::evctl {
namespace {

constexpr std::size_t read_size = 256U << 10U;
constexpr std::size_t max_argument_bytes = 64U << 20U;
constexpr std::streamsize max_secret_bytes = 64U << 10U;

[[noreturn]] void fail(const std::string& what) { throw std::system_error{errno, std::generic_category(), what}; }

bool is_readable(int file) noexcept {
  pollfd watched{file, POLLIN, 0};
  return ::poll(&watched, 1, 0) > 0;
}

/// Waits until there is something to read. False if the interrupt is raised first.
bool wait_readable(int file, client::interrupt& stop) noexcept {
  std::array<pollfd, 2> watched{pollfd{file, POLLIN, 0}, pollfd{stop.descriptor(), POLLIN, 0}};
  while (!stop.raised()) {
    if (::poll(watched.data(), watched.size(), -1) > 0 && watched[0].revents != 0) return true;
  }
  return false;
}

}  // namespace

line_reader::line_reader(const std::string& path, client::interrupt& stop, std::size_t longest_line)
    : stop_{stop},
      longest_line_{longest_line},
      file_{path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)},
      owned_{path != "-"} {
  if (file_ < 0) fail("cannot read " + path);
  struct stat about {};
  if (::fstat(file_, &about) == 0 && S_ISREG(about.st_mode)) file_size_ = static_cast<std::uint64_t>(about.st_size);
}

line_reader::~line_reader() {
  if (owned_) ::close(file_);
}

bool line_reader::fill() {
  if (!wait_readable(file_, stop_)) return false;
  buffer_.erase(0, begin_);
  begin_ = 0;
  const auto used = buffer_.size();
  buffer_.resize(used + read_size);
  auto count = ::read(file_, buffer_.data() + used, read_size);
  while (count < 0 && errno == EINTR && !stop_.raised()) count = ::read(file_, buffer_.data() + used, read_size);
  buffer_.resize(used + static_cast<std::size_t>(count > 0 ? count : 0));
  if (count < 0 && !stop_.raised()) fail("cannot read the input");
  bytes_read_ += static_cast<std::uint64_t>(count > 0 ? count : 0);
  return count > 0;
}

line_reader::status line_reader::next(std::string_view& line) {
  std::size_t searched = begin_;
  for (;;) {
    const auto end = buffer_.find('\n', searched);
    if (end != std::string::npos || (ended_ && begin_ < buffer_.size())) {
      const auto stop_at = end == std::string::npos ? buffer_.size() : end;
      line = std::string_view{buffer_}.substr(begin_, stop_at - begin_);
      if (line.ends_with('\r')) line.remove_suffix(1);
      begin_ = end == std::string::npos ? buffer_.size() : end + 1;
      ++line_number_;
      return line.size() > longest_line_ ? status::too_long : status::line;
    }
    if (ended_ || stop_.raised()) return status::end;
    if (buffer_.size() - begin_ > longest_line_) {
      ++line_number_;
      return status::too_long;
    }
    searched = buffer_.size() - begin_;
    ended_ = !fill();
    if (stop_.raised()) return status::end;
  }
}

bool line_reader::would_wait() const noexcept {
  return !ended_ && buffer_.find('\n', begin_) == std::string::npos && !is_readable(file_);
}

result<std::string> read_argument(const std::string& argument, client::interrupt& stop) {
  if (argument != "-" && !argument.starts_with('@')) return argument;
  const auto path = argument == "-" ? argument : argument.substr(1);
  std::string text;
  try {
    line_reader reader{path, stop, max_argument_bytes};
    std::string_view line;
    auto status = reader.next(line);
    for (; status == line_reader::status::line && text.size() <= max_argument_bytes; status = reader.next(line)) {
      text.append(line).append("\n");
    }
    if (status != line_reader::status::end) return failure{errc::too_large, path + " is larger than 64 MiB"};
  } catch (const std::system_error& fault) {
    return failure{errc::invalid_request, fault.what()};
  }
  return text;
}

result<std::string> read_json_argument(const std::string& option, const std::string& argument,
                                       client::interrupt& stop) {
  auto text = read_argument(argument, stop);
  if (text && !is_json_object(*text)) return failure{errc::malformed_json, option + " must be a JSON object"};
  return text;
}

result<std::string> read_secret_file(const std::string& path, const std::string& what) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return failure{errc::invalid_request, "cannot read the " + what + " in " + path};
  std::string word(static_cast<std::size_t>(max_secret_bytes), '\0');
  file.read(word.data(), max_secret_bytes);
  word.resize(static_cast<std::size_t>(file.gcount()));
  word.erase(word.find_last_not_of(" \t\r\n") + 1);
  word.erase(0, word.find_first_not_of(" \t\r\n"));
  // It becomes part of a header line.
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x21 || c == 0x7F; };
  if (word.empty() || std::ranges::any_of(word, is_control)) {
    return failure{errc::invalid_request, path + " does not hold a " + what};
  }
  return word;
}

}  // namespace eventmgr::evctl
