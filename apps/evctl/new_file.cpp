#include "new_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace eventmgr::evctl {
namespace {

[[noreturn]] void fail(const std::string& path) {
  throw std::system_error{errno, std::generic_category(), "cannot write " + path};
}

}  // namespace

new_file::new_file(std::string path)
    : path_{std::move(path)}, written_{path_ + ".part" + std::to_string(::getpid())}, out_{written_, std::ios::binary} {
  if (out_) return;
  written_.clear();
  fail(path_);
}

new_file::~new_file() {
  if (!written_.empty()) ::unlink(written_.c_str());
}

void new_file::line(std::string_view text) {
  out_ << text << '\n';
  if (!out_) fail(path_);
}

void new_file::commit() {
  out_.close();
  if (!out_ || std::rename(written_.c_str(), path_.c_str()) != 0) fail(path_);
  written_.clear();
}

}  // namespace eventmgr::evctl
