#pragma once

#include <fstream>
#include <string>
#include <string_view>

namespace eventmgr::evctl {

/// Whether a path stands for standard output: "-", or a name of what that is, such as /dev/stdout.
bool names_standard_output(const std::string& path);

/// A file that is there only once it is whole: written beside its place, and moved there by `commit`. Without that
/// nothing is left. What is at its place and is no file (a device, a pipe, a link) is not replaced, but written to
/// line by line. Throws std::system_error where it cannot be written.
class new_file {
 public:
  explicit new_file(std::string path);
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;
  ~new_file();

  void line(std::string_view text);

  /// Replaces the file that was at its place.
  void commit();

  const std::string& path() const noexcept { return path_; }

 private:
  const std::string path_;
  std::string written_{};  ///< where it is until then; empty after, and where nothing is to be replaced
  std::ofstream out_{};
};

}  // namespace eventmgr::evctl
