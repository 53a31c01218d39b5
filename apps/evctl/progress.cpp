#include "progress.hpp"

#include <algorithm>
#include <iostream>
#include <string>

namespace eventmgr::evctl {
namespace {

constexpr std::size_t bar_width = 30;
constexpr std::chrono::milliseconds redraw_after{100};

}  // namespace

progress_line::~progress_line() { clear(); }

void progress_line::update(std::uint64_t done, std::uint64_t total, std::string_view what) {
  const auto now = std::chrono::steady_clock::now();
  if (!shown_ || now < next_) return;
  next_ = now + redraw_after;
  drawn_ = true;
  std::string text{"\r\x1b[K"};
  if (total > 0) {
    const auto filled = static_cast<std::size_t>(std::min(done, total) * bar_width / total);
    text += "[" + std::string(filled, '#') + std::string(bar_width - filled, ' ') + "] " +
            std::to_string(std::min(done, total) * 100 / total) + "%  ";
  }
  std::cerr << text << what << std::flush;
}

void progress_line::clear() {
  if (!drawn_) return;
  drawn_ = false;
  std::cerr << "\r\x1b[K" << std::flush;
}

}  // namespace eventmgr::evctl
