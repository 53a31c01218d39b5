#pragma once

#include <fstream>
#include <string>
#include <string_view>

namespace eventmgr::evctl {

/// A file that is there only once it is whole: written beside its place, and moved there by `commit`. Without that
/// nothing is left. Throws std::system_error where it cannot be written.
class new_file {
 public:
  explicit new_file(std::string path);
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;
  ~new_file();

  void line(std::string_view text);

  /// Replaces what was at its place.
  void commit();

  const std::string& path() const noexcept { return path_; }

 private:
  const std::string path_;
  std::string written_{};  ///< where it is until then; empty after
  std::ofstream out_{};
};

}  // namespace eventmgr::evctl
