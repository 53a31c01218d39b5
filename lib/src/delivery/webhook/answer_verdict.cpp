#include "delivery/webhook/answer_verdict.hpp"

#include "codec/handler_results.hpp"
#include "codec/refusal_words.hpp"
#include "delivery/webhook/http_date.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

namespace eventmgr::delivery {
namespace {

using verdict = delivery_result::verdict;

constexpr int gone = 410;
constexpr int too_many_requests = 429;
constexpr int unavailable = 503;
constexpr std::size_t max_error_bytes = 1024;

std::vector<delivery_result> make_results(std::span<const outgoing_event> events, const attempt_time& when,
                                          const delivery_result& common) {
  std::vector<delivery_result> out(events.size(), common);
  for (std::size_t i = 0; i < events.size(); ++i) {
    out[i].tag = events[i].tag;
    out[i].at = when.at;
    out[i].duration = when.duration;
  }
  return out;
}

/// Whether a body may be a handler result: most answers are empty, or say "ok".
bool looks_like_object(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '{';
}

void apply_handler_results(std::string_view body, std::span<const outgoing_event> events,
                           std::span<delivery_result> results) {
  std::vector<event_id> ids;
  ids.reserve(events.size());
  for (const auto& each : events) ids.push_back(each.record->id);
  auto verdicts = codec::parse_handler_results(body, ids);
  for (std::size_t i = 0; i < results.size() && i < verdicts.size(); ++i) {
    auto& said = verdicts[i];
    results[i].metadata = std::move(said.metadata);
    if (said.success) continue;
    results[i].outcome = said.retry ? verdict::retry : verdict::reject;
    results[i].error = said.error.empty() ? "the handler reported a failure" : std::move(said.error);
  }
}

}  // namespace

std::chrono::milliseconds read_retry_after(std::string_view value, time_point now) {
  using std::chrono::milliseconds;
  constexpr milliseconds none{0};
  constexpr milliseconds most{max_retry_after};
  constexpr std::uint64_t most_seconds{std::chrono::seconds{max_retry_after}.count()};
  if (value.empty()) return none;
  std::uint64_t seconds = 0;
  const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (end == value.data() + value.size()) {
    if (code == std::errc::result_out_of_range) return most;
    return std::chrono::seconds{std::min(seconds, most_seconds)};
  }
  const auto date = parse_http_date(value, now);
  return date ? std::clamp<milliseconds>(*date - now, none, most) : none;
}

std::vector<delivery_result> judge_answer(const webhook_answer& answer, std::span<const outgoing_event> events,
                                          const attempt_time& when) {
  delivery_result common;
  common.status = answer.status;
  if (answer.status >= 200 && answer.status < 300) {
    auto out = make_results(events, when, common);
    if (looks_like_object(answer.body)) apply_handler_results(answer.body, events, out);
    return out;
  }
  common.outcome = answer.status == gone ? verdict::gone : verdict::retry;
  common.endpoint_failed = answer.status >= 500;
  common.error = "HTTP " + std::to_string(answer.status);
  if (answer.status >= 300 && answer.status < 400) {
    common.error += ": redirects are not followed";
  } else if (const std::string words = codec::refusal_words(answer.body); !words.empty()) {
    common.error += ": " + words;
  }
  if (answer.status == too_many_requests || answer.status == unavailable) {
    common.retry_after = read_retry_after(answer.retry_after, when.at + when.duration);
  }
  return make_results(events, when, common);
}

std::vector<delivery_result> judge_failure(std::string_view why, std::span<const outgoing_event> events,
                                           const attempt_time& when) {
  delivery_result common;
  common.outcome = verdict::retry;
  common.endpoint_failed = true;
  common.error = why.substr(0, max_error_bytes);
  return make_results(events, when, common);
}

std::vector<delivery_result> judge_untried(std::span<const outgoing_event> events, const attempt_time& when) {
  delivery_result common;
  common.outcome = verdict::release;
  return make_results(events, when, common);
}

}  // namespace eventmgr::delivery
