#include "batch_sender.hpp"

#include "waiting.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace eventmgr::evctl {
namespace {

constexpr std::size_t bytes_per_request = 4U << 20U;
constexpr unsigned attempts_per_request = 8;
constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds longest_pause{5000};
constexpr std::uint64_t failures_shown = 20;

/// Whether the daemon refused the request as a whole, storing nothing, for a reason that passes.
bool passes(errc code) noexcept {
  return code == errc::queue_full || code == errc::rate_limited || code == errc::store_unavailable ||
         code == errc::shutting_down;
}

}  // namespace

batch_sender::chunk batch_sender::chunk::split(std::size_t at) {
  std::size_t end = 0;
  for (std::size_t event = 0; event < at; ++event) end = body.find('\n', end) + 1;
  chunk rest;
  rest.body = body.substr(end);
  rest.lines.assign(lines.begin() + static_cast<std::ptrdiff_t>(at), lines.end());
  body.resize(end);
  lines.resize(at);
  return rest;
}

bool batch_sender::has_room_for(std::string_view event) const noexcept {
  return chunk_.lines.size() < events_per_request_ && chunk_.body.size() + event.size() < bytes_per_request;
}

void batch_sender::add(std::string_view event, std::uint64_t line) {
  if (!has_room_for(event)) flush();
  chunk_.body.append(event).append("\n");
  chunk_.lines.push_back(line);
}

void batch_sender::flush() {
  if (chunk_.lines.empty() || broken_) return;
  const auto before = events_per_request_;
  lone_too_large_ = false;
  send(std::exchange(chunk_, {}));
  // Then it was one event, and not how many there were.
  if (lone_too_large_) events_per_request_ = before;
}

void batch_sender::send(chunk part) {
  const auto receipt = request(part);
  if (receipt) return take(part, *receipt);
  if (receipt.error().code != errc::too_large) return fail_request(part, receipt.error());
  if (part.lines.size() == 1) {
    lone_too_large_ = true;
    return report(part.lines.front(), receipt.error());
  }
  const auto half = (part.lines.size() + 1) / 2;
  events_per_request_ = std::min(events_per_request_, half);
  auto rest = part.split(half);
  send(std::move(part));
  if (!broken_) send(std::move(rest));
}

result<client::batch_receipt> batch_sender::request(const chunk& part) {
  auto pause = first_pause;
  for (unsigned attempt = 1;; ++attempt) {
    auto receipt = here_.client().publish_batch(part.body, client::batch_body::ndjson);
    if (receipt || !passes(receipt.error().code) || attempt == attempts_per_request) return receipt;
    if (!wait_for(std::max(pause, receipt.error().retry_after), here_.stop())) return receipt;
    pause = std::min(pause * 2, longest_pause);
  }
}

void batch_sender::take(const chunk& part, const client::batch_receipt& receipt) {
  for (std::size_t at = 0; at < receipt.results.size() && at < part.lines.size(); ++at) {
    const auto& one = receipt.results[at];
    if (!one) {
      report(part.lines[at], one.error());
    } else if (one->duplicate) {
      ++duplicates_;
    } else {
      ++published_;
    }
  }
}

void batch_sender::report(std::uint64_t line, const failure& why) {
  if (!first_failure_) first_failure_ = why.code;
  if (++failed_ > failures_shown) return;
  before_saying_();
  here_.fail(failure{why.code, "line " + std::to_string(line) + ": " + why.message, why.details});
  if (failed_ == failures_shown) here_.say("further failures are only counted");
}

void batch_sender::fail_request(const chunk& part, const failure& why) {
  // What went wrong with one request will go wrong with the next.
  broken_ = true;
  if (!first_failure_) first_failure_ = why.code;
  failed_ += part.lines.size();
  before_saying_();
  here_.fail(why);
  const auto range = "lines " + std::to_string(part.lines.front()) + " to " + std::to_string(part.lines.back());
  here_.say(why.code == errc::unreachable ? range + " were sent, but no answer came: they may be stored or not"
                                          : range + " were not stored; what follows was not sent");
}

exit_code batch_sender::conclude() {
  here_.output().record("{\"published\":" + std::to_string(published_) + ",\"duplicates\":" +
                        std::to_string(duplicates_) + ",\"failed\":" + std::to_string(failed_) + "}");
  if (!first_failure_) return exit_code::done;
  return published_ + duplicates_ > 0 ? exit_code::partly : exit_code_for(*first_failure_);
}

}  // namespace eventmgr::evctl
