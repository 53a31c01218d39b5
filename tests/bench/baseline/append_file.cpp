#include "bench/baseline/append_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace eventmgr::bench {

namespace {

constexpr std::size_t allocated_bytes = 64U << 20U;

}  // namespace

append_file::append_file(const std::filesystem::path& folder, append_mode mode)
    : fd_(::open((folder / "baseline.log").c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600)), mode_(mode) {
  if (!fd_) throw_errno("open baseline.log");
  if (mode_ == append_mode::extend) return;
  // Written, not only reserved: the first write to a reserved block changes the file's map of blocks too.
  const std::string filling(1U << 20U, '\0');
  while (cursor_ < allocated_bytes) write_at_cursor(filling);
  cursor_ = 0;
  sync();
}

void append_file::append(std::string_view bytes) {
  while (mode_ == append_mode::overwrite && bytes.size() > allocated_bytes - cursor_) {
    const auto fitting = allocated_bytes - cursor_;
    write_at_cursor(bytes.substr(0, fitting));
    bytes.remove_prefix(fitting);
    cursor_ = 0;
  }
  write_at_cursor(bytes);
}

void append_file::write_at_cursor(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(cursor_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("write baseline.log");
    cursor_ += static_cast<std::size_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void append_file::sync() {
  if (::fdatasync(fd_.get()) != 0) throw_errno("fdatasync baseline.log");
}

}  // namespace eventmgr::bench
