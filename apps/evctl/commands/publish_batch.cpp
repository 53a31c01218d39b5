#include "../input.hpp"
#include "../progress.hpp"
#include "../waiting.hpp"
#include "publish.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr::evctl {
namespace {

using client::batch_receipt;

constexpr std::size_t events_per_request = 1000;
constexpr std::size_t bytes_per_request = 4U << 20U;
constexpr std::size_t longest_line = 8U << 20U;
constexpr unsigned attempts_per_request = 8;
constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds longest_pause{5000};
constexpr std::uint64_t failures_shown = 20;

/// A request in the making: its lines, and where in the file each came from.
struct chunk {
  std::string body{};
  std::vector<std::uint64_t> lines{};

  bool has_room_for(std::string_view line) const {
    return lines.size() < events_per_request && body.size() + line.size() < bytes_per_request;
  }
  void add(std::string_view line, std::uint64_t number) {
    body.append(line).append("\n");
    lines.push_back(number);
  }
  void clear() {
    body.clear();
    lines.clear();
  }
};

/// Whether the daemon refused the request as a whole, storing nothing, for a reason that passes.
bool passes(errc code) noexcept {
  return code == errc::queue_full || code == errc::rate_limited || code == errc::store_unavailable ||
         code == errc::shutting_down;
}

class batch_publisher {
 public:
  batch_publisher(const std::string& path, session& here)
      : here_{here}, input_{path, here.stop(), longest_line}, progress_{here.shows_progress()} {}

  exit_code run() {
    std::string_view line;
    auto status = input_.next(line);
    while (status == line_reader::status::line && !broken_) {
      if (line.find_first_not_of(" \t") != std::string_view::npos) {
        if (!chunk_.has_room_for(line)) send();
        chunk_.add(line, input_.line_number());
      }
      if (input_.would_wait()) send();
      status = input_.next(line);
    }
    if (status == line_reader::status::too_long) {
      report(input_.line_number(), failure{errc::too_large, "the line is longer than 8 MiB; the rest is not read"});
    }
    if (!here_.stop().raised()) send();
    progress_.clear();
    return conclude();
  }

 private:
  void send() {
    if (chunk_.lines.empty() || broken_) return;
    const auto receipt = request();
    if (receipt) {
      take(*receipt);
    } else {
      fail_request(receipt.error());
    }
    chunk_.clear();
    show_progress();
  }

  result<batch_receipt> request() {
    auto pause = first_pause;
    for (unsigned attempt = 1;; ++attempt) {
      auto receipt = here_.client().publish_batch(chunk_.body, client::batch_body::ndjson);
      if (receipt || !passes(receipt.error().code) || attempt == attempts_per_request) return receipt;
      if (!wait_for(std::max(pause, receipt.error().retry_after), here_.stop())) return receipt;
      pause = std::min(pause * 2, longest_pause);
    }
  }

  void take(const batch_receipt& receipt) {
    for (std::size_t at = 0; at < receipt.results.size() && at < chunk_.lines.size(); ++at) {
      const auto& one = receipt.results[at];
      if (!one) {
        report(chunk_.lines[at], one.error());
      } else if (one->duplicate) {
        ++duplicates_;
      } else {
        ++published_;
      }
    }
  }

  void report(std::uint64_t line, const failure& why) {
    if (!first_failure_) first_failure_ = why.code;
    if (++failed_ > failures_shown) return;
    progress_.clear();
    here_.fail(failure{why.code, "line " + std::to_string(line) + ": " + why.message, why.details});
    if (failed_ == failures_shown) here_.say("further failures are only counted");
  }

  /// Nothing more is sent: what went wrong with one request will go wrong with the next.
  void fail_request(const failure& why) {
    broken_ = true;
    if (!first_failure_) first_failure_ = why.code;
    failed_ += chunk_.lines.size();
    progress_.clear();
    here_.fail(why);
    const auto range = "lines " + std::to_string(chunk_.lines.front()) + " to " + std::to_string(chunk_.lines.back());
    here_.say(why.code == errc::unreachable ? range + " were sent, but no answer came: they may be stored or not"
                                            : range + " were not stored; what follows was not sent");
  }

  void show_progress() {
    const auto done = published_ + duplicates_ + failed_;
    progress_.update(input_.bytes_read(), input_.file_size(), std::to_string(done) + " events");
  }

  exit_code conclude() {
    here_.output().record("{\"published\":" + std::to_string(published_) + ",\"duplicates\":" +
                          std::to_string(duplicates_) + ",\"failed\":" + std::to_string(failed_) + "}");
    if (!first_failure_) return exit_code::done;
    return published_ + duplicates_ > 0 ? exit_code::partly : exit_code_for(*first_failure_);
  }

  session& here_;
  line_reader input_;
  progress_line progress_;
  chunk chunk_{};
  std::uint64_t published_{0};
  std::uint64_t duplicates_{0};
  std::uint64_t failed_{0};
  std::optional<errc> first_failure_{};
  bool broken_{false};
};

}  // namespace

exit_code publish_batch_file(const std::string& path, session& here) {
  batch_publisher publisher{path, here};
  return publisher.run();
}

}  // namespace eventmgr::evctl
