#include "bench/wire/read_buffer.hpp"

#include <algorithm>

namespace eventmgr::bench {

namespace {

constexpr std::size_t least_room = 16U << 10U;

}  // namespace

std::span<char> read_buffer::space() {
  if (begin_ == end_) begin_ = end_ = 0;
  const auto missing = wanted_ > end_ - begin_ ? wanted_ - (end_ - begin_) : 0;
  const auto room = std::max(least_room, missing);
  if (buffer_.size() - end_ < room) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    if (buffer_.size() - end_ < room) buffer_.resize(end_ + room);
  }
  return {buffer_.data() + end_, buffer_.size() - end_};
}

void read_buffer::consume(std::size_t count) noexcept {
  begin_ += count;
  wanted_ = 1;
}

}  // namespace eventmgr::bench
