#include "new_file.hpp"

#include "throw_errno.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace eventmgr::evctl {
namespace {

/// Of what is not there, too.
bool may_be_replaced(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) != 0 || S_ISREG(found.st_mode);
}

}  // namespace

bool names_standard_output(const std::string& path) {
  struct stat named {};
  struct stat output {};
  return path == "-" || (::stat(path.c_str(), &named) == 0 && ::fstat(STDOUT_FILENO, &output) == 0 &&
                         named.st_dev == output.st_dev && named.st_ino == output.st_ino);
}

new_file::new_file(std::string path) : path_{std::move(path)} {
  if (may_be_replaced(path_)) written_ = path_ + ".part" + std::to_string(::getpid());
  out_.open(written_.empty() ? path_ : written_, std::ios::binary);
  if (out_) return;
  written_.clear();
  throw_errno("cannot write " + path_);
}

new_file::~new_file() {
  if (!written_.empty()) ::unlink(written_.c_str());
}

void new_file::line(std::string_view text) {
  out_ << text << '\n';
  if (written_.empty()) out_.flush();
  if (!out_) throw_errno("cannot write " + path_);
}

void new_file::commit() {
  out_.close();
  if (!out_ || (!written_.empty() && std::rename(written_.c_str(), path_.c_str()) != 0))
    throw_errno("cannot write " + path_);
  written_.clear();
}

}  // namespace eventmgr::evctl
