#pragma once

#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace eventmgr::delivery {

/// Packs bodies as gzip (RFC 1952), each by itself; its memory, 256 KiB, is kept. Not thread-safe.
class gzip_writer {
 public:
  /// Throws `error` if there is no memory for it.
  gzip_writer();
  gzip_writer(const gzip_writer&) = delete;
  gzip_writer& operator=(const gzip_writer&) = delete;
  ~gzip_writer();

  /// Replaces `out`.
  void pack(std::string_view plain, std::string& out);

 private:
  struct release {
    void operator()(z_stream_s* stream) const noexcept;
  };
  std::unique_ptr<z_stream_s, release> stream_;
};

}  // namespace eventmgr::delivery
