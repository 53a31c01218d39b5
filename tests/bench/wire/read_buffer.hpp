#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace eventmgr::bench {

/// Bytes of a stream that have been read and not yet used.
class read_buffer {
 public:
  /// Room for the next read: at least 16 KiB, and as much as is missing of what is wanted. Moves `rest`.
  std::span<char> space();

  /// So many bytes of that room were filled.
  void received(std::size_t count) noexcept { end_ += count; }

  /// What is there; valid until the next `space`.
  std::string_view rest() const noexcept { return {buffer_.data() + begin_, end_ - begin_}; }

  /// The first so many bytes are used; nothing particular is wanted any more.
  void consume(std::size_t count) noexcept;

  /// Nothing can be done before `rest` has so many bytes.
  void want(std::size_t total) noexcept { wanted_ = total; }
  bool has_what_is_wanted() const noexcept { return end_ - begin_ >= wanted_; }

 private:
  std::vector<char> buffer_;
  std::size_t begin_{0};
  std::size_t end_{0};
  std::size_t wanted_{1};
};

}  // namespace eventmgr::bench
