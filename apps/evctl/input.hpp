#pragma once

#include <eventmgr/error.hpp>
#include <eventmgr/interrupt.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace eventmgr::evctl {

/// A file, or standard input under the name "-", read a line at a time. Reading ends early, as at the end of the file,
/// when the interrupt is raised.
class line_reader {
 public:
  enum class status {
    line,
    end,
    too_long,  ///< the line does not fit; the rest of the file is not read
  };

  /// Throws std::system_error if the file cannot be opened.
  line_reader(const std::string& path, client::interrupt& stop, std::size_t longest_line);
  line_reader(const line_reader&) = delete;
  line_reader& operator=(const line_reader&) = delete;
  ~line_reader();

  /// The next line, without its end; valid until the next call. Throws std::system_error if it cannot be read.
  status next(std::string_view& line);

  /// Whether a call of `next` could have to wait for more input.
  bool would_wait() const noexcept;

  std::uint64_t line_number() const noexcept { return line_number_; }  ///< of the line last given, from 1
  std::uint64_t bytes_read() const noexcept { return bytes_read_; }
  std::uint64_t file_size() const noexcept { return file_size_; }  ///< 0: not known

 private:
  bool fill();

  client::interrupt& stop_;
  const std::size_t longest_line_;
  int file_;
  bool owned_;
  bool ended_{false};
  std::string buffer_{};
  std::size_t begin_{0};  ///< of what was not given yet
  std::uint64_t line_number_{0};
  std::uint64_t bytes_read_{0};
  std::uint64_t file_size_{0};
};

/// The text of an argument: itself, the content of a file ("@FILE"), or standard input ("-"). Fails with
/// `invalid_request` for a file that cannot be read, `too_large` for more than 64 MiB.
result<std::string> read_argument(const std::string& argument, client::interrupt& stop);

/// As `read_argument`, of what must be one JSON object; otherwise `malformed_json`, naming the option.
result<std::string> read_json_argument(const std::string& option, const std::string& argument, client::interrupt& stop);

/// The one word in a file: a token or a secret, without the white space around it. Fails with `invalid_request`, naming
/// `what` it should hold.
result<std::string> read_secret_file(const std::string& path, const std::string& what);

}  // namespace eventmgr::evctl
