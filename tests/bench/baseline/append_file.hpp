#pragma once

#include "bench/wire/socket.hpp"

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace eventmgr::bench {

/// Where the bytes of an `append_file` go.
enum class append_mode {
  extend,     ///< the file grows, so that each sync also writes its new length
  overwrite,  ///< over space that was written before, from the start again at the end
};

/// A file that bytes are appended to and synced: the least that a durable store must do.
class append_file {
 public:
  /// Makes the file in `folder`; `overwrite` writes its 64 MiB first. Throws std::system_error.
  append_file(const std::filesystem::path& folder, append_mode mode);

  /// Throws std::system_error.
  void append(std::string_view bytes);

  /// Returns once all that was appended would survive a power cut. Throws std::system_error.
  void sync();

 private:
  void write_at_cursor(std::string_view bytes);

  unique_fd fd_;
  append_mode mode_;
  std::size_t cursor_{0};
};

}  // namespace eventmgr::bench
