#pragma once

#include <eventmgr/interrupt.hpp>

#include <string>
#include <string_view>
#include <thread>

namespace eventmgr::evctl {

/// Thrown when nobody reads standard output any more: a reader that has seen enough is no failure.
struct output_closed {};

/// Buffered standard output. Throws `output_closed` when its reader is gone, and std::system_error for any other
/// failure to write (a full disk).
class standard_output {
 public:
  standard_output() = default;
  standard_output(const standard_output&) = delete;
  standard_output& operator=(const standard_output&) = delete;

  void write(std::string_view text);
  void line(std::string_view text) {
    write(text);
    write("\n");
  }
  void flush();

 private:
  std::string buffer_{};
};

/// Raises an interrupt as soon as the reader of standard output is gone, also while there is nothing to write.
class output_watch {
 public:
  explicit output_watch(client::interrupt& stop);
  output_watch(const output_watch&) = delete;
  output_watch& operator=(const output_watch&) = delete;
  ~output_watch();

 private:
  client::interrupt done_{};
  std::thread thread_;
};

}  // namespace eventmgr::evctl
