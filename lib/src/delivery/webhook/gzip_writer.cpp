#include "delivery/webhook/gzip_writer.hpp"

#include <eventmgr/error.hpp>

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace eventmgr::delivery {
namespace {

constexpr int gzip_window = 15 + 16;  // zlib's way to ask for gzip
constexpr int memory_level = 8;

uInt length_of(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

void gzip_writer::release::operator()(z_stream_s* stream) const noexcept {
  ::deflateEnd(stream);
  delete stream;
}

gzip_writer::gzip_writer() {
  auto stream = std::make_unique<z_stream_s>();
  // What is sent once is packed fast: the last percent is not worth the time.
  if (deflateInit2(stream.get(), Z_BEST_SPEED, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw error{failure{errc::internal, "there is no memory for compression"}};
  }
  stream_.reset(stream.release());
}

gzip_writer::~gzip_writer() = default;

void gzip_writer::pack(std::string_view plain, std::string& out) {
  auto* stream = stream_.get();
  ::deflateReset(stream);
  out.resize(::deflateBound(stream, static_cast<uLong>(plain.size())));
  std::size_t done = 0;
  int state = Z_OK;
  while (state != Z_STREAM_END) {
    stream->next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(plain.data()));
    stream->avail_in = length_of(plain.size());
    stream->next_out = reinterpret_cast<Bytef*>(out.data() + done);
    stream->avail_out = length_of(out.size() - done);
    const auto given = stream->avail_in;
    const auto room = stream->avail_out;
    state = ::deflate(stream, given == plain.size() ? Z_FINISH : Z_NO_FLUSH);
    plain.remove_prefix(given - stream->avail_in);
    done += room - stream->avail_out;
  }
  out.resize(done);
}

}  // namespace eventmgr::delivery
