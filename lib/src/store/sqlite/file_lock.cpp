#include "store/sqlite/file_lock.hpp"

#include <eventmgr/error.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace eventmgr::sqlite {
namespace {

[[noreturn]] void refuse(std::string message) { throw error{{errc::store_unavailable, std::move(message)}}; }

std::string owner_of(int descriptor) {
  std::array<char, 24> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  std::string_view owner{text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  owner = owner.substr(0, owner.find('\n'));
  return owner.empty() ? std::string{} : " (process " + std::string{owner} + ")";
}

}  // namespace

file_lock::file_lock(const std::string& database_path) {
  // Two spellings of one file must meet at one lock.
  std::error_code ignored;
  const auto real = std::filesystem::weakly_canonical(database_path, ignored);
  const std::string path = (ignored ? database_path : real.string()) + ".lock";

  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) {
    refuse("cannot lock " + database_path + ": " + path + ": " + std::generic_category().message(errno));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int cause = errno;
    const std::string owner = owner_of(descriptor_);
    ::close(descriptor_);
    if (cause == EWOULDBLOCK) refuse(database_path + " is in use by another eventmgrd" + owner);
    refuse("cannot lock " + database_path + ": " + std::generic_category().message(cause));
  }
  // The number only makes the other's message better, so it does not matter if the disk is full.
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor_, 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(descriptor_, pid.data(), pid.size(), 0);
  }
}

file_lock::~file_lock() { ::close(descriptor_); }

}  // namespace eventmgr::sqlite
