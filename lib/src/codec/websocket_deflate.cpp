#include "codec/websocket_deflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <new>

namespace eventmgr::codec::websocket {

namespace {

// Ends every message on the sender's side and is left out on the wire (RFC 7692 section 7.2.1).
constexpr std::string_view flush_marker{"\x00\x00\xFF\xFF", 4};

// Speed over size: delivering to many matters more than the last tenth.
constexpr int compression_level = 3;

// A match reaches back so much less than the window.
constexpr std::size_t window_margin = 262;

constexpr int min_window_bits = 9;
constexpr int max_window_bits_of_zlib = 15;

// Beyond this a remembered or scratch buffer is given back.
constexpr std::size_t kept_capacity = 64U << 10U;

constexpr std::size_t inflate_step = 16U << 10U;

Bytef* bytes_of(std::string_view text) noexcept {
  // zlib's input is not const, but it does not write to it.
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

void clear_large(std::string& text) {
  if (text.capacity() > kept_capacity) text = std::string{};
  text.clear();
}

class deflater {
 public:
  explicit deflater(int window_bits) {
    // The hash tables follow the window: what is as small as an event need not clear 128 KiB first.
    const int memory_level = std::clamp(window_bits - 7, 2, 8);
    if (deflateInit2(&stream_, compression_level, Z_DEFLATED, -window_bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc{};
    }
  }
  deflater(const deflater&) = delete;
  deflater& operator=(const deflater&) = delete;
  ~deflater() { deflateEnd(&stream_); }

  /// Messages are at most a few MiB, well within zlib's 32-bit counts.
  void run(std::string_view message, std::string& out) {
    deflateReset(&stream_);
    // The bound is for a finished stream; a flush adds its marker, and one more empty block at most.
    out.resize(deflateBound(&stream_, static_cast<uLong>(message.size())) + 16);
    stream_.next_in = bytes_of(message);
    stream_.avail_in = static_cast<uInt>(message.size());
    stream_.next_out = bytes_of(out);
    stream_.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream_, Z_SYNC_FLUSH) != Z_OK || stream_.avail_in != 0 || stream_.avail_out == 0) {
      throw std::bad_alloc{};
    }
    out.resize(out.size() - stream_.avail_out - flush_marker.size());
  }

 private:
  z_stream stream_{};
};

class inflater {
 public:
  inflater() {
    if (inflateInit2(&stream_, -max_window_bits_of_zlib) != Z_OK) throw std::bad_alloc{};
  }
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;
  ~inflater() { inflateEnd(&stream_); }

  void begin() { inflateReset(&stream_); }

  /// Appends what `input` gives to `out`, up to one byte more than `max_bytes`.
  inflate_outcome run(std::string_view input, std::string& out, std::size_t max_bytes) {
    stream_.next_in = bytes_of(input);
    stream_.avail_in = static_cast<uInt>(input.size());
    for (;;) {
      const std::size_t before = out.size();
      const std::size_t room = std::min(max_bytes + 1 - before, std::max(inflate_step, before));
      out.resize(before + room);
      stream_.next_out = bytes_of(out) + before;
      stream_.avail_out = static_cast<uInt>(room);
      const int status = inflate(&stream_, Z_SYNC_FLUSH);
      out.resize(out.size() - stream_.avail_out);
      if (out.size() > max_bytes) return inflate_outcome::too_big;

      if (status == Z_STREAM_END) {
        // A final block: the sender may begin another stream in the same message (RFC 7692 section 7.2.3.4).
        inflateReset(&stream_);
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        return inflate_outcome::invalid;
      }
      if (stream_.avail_in == 0 && (stream_.avail_out > 0 || status == Z_STREAM_END)) return inflate_outcome::done;
    }
  }

 private:
  z_stream stream_{};
};

/// A thread's streams, made when first needed, and the last message.
struct compressor {
  std::array<std::unique_ptr<deflater>, max_window_bits_of_zlib + 1> by_window_bits{};
  std::string message{};
  std::string compressed{};
  int window_bits{0};
};

}  // namespace

std::string_view deflate_message(std::string_view message, int max_window_bits) {
  thread_local compressor own;
  // A window larger than the message would only have to be cleared.
  const int needed = static_cast<int>(std::bit_width(message.size() + window_margin));
  const int window_bits =
      std::clamp(needed, min_window_bits, std::clamp(max_window_bits, min_window_bits, max_window_bits_of_zlib));
  if (own.window_bits == window_bits && own.message == message) return own.compressed;

  auto& stream = own.by_window_bits[static_cast<std::size_t>(window_bits)];
  if (!stream) stream = std::make_unique<deflater>(window_bits);
  own.window_bits = 0;
  clear_large(own.message);
  clear_large(own.compressed);
  stream->run(message, own.compressed);
  own.message.assign(message);
  own.window_bits = window_bits;
  return own.compressed;
}

inflate_outcome inflate_message(std::string& message, std::size_t max_bytes, std::size_t padding) {
  thread_local inflater stream;
  thread_local std::string inflated;
  clear_large(inflated);
  stream.begin();
  inflate_outcome outcome = stream.run(message, inflated, max_bytes);
  if (outcome == inflate_outcome::done) outcome = stream.run(flush_marker, inflated, max_bytes);
  if (outcome == inflate_outcome::done) {
    message.clear();
    message.reserve(inflated.size() + padding);
    message.append(inflated);
  }
  return outcome;
}

}  // namespace eventmgr::codec::websocket
