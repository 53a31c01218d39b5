#pragma once

#include "ports/channel.hpp"

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::delivery {

/// What an HTTP receiver answered.
struct webhook_answer {
  int status{0};                   ///< from 200
  std::string_view body{};         ///< empty if it was too large to be read
  std::string_view retry_after{};  ///< the header field's value, or empty
};

/// When an attempt took place.
struct attempt_time {
  time_point at{};
  std::chrono::milliseconds duration{0};
};

/// The longest delay that a receiver can ask for; a longer one counts as this.
inline constexpr std::chrono::hours max_retry_after{1};

/// A result for each event of an answered delivery, in their order: 2xx is success unless the body is a handler result
/// that says otherwise; 410 is `gone`; anything else, a redirect included, is a retry. The error of a failure has what
/// the body says of it.
std::vector<delivery_result> judge_answer(const webhook_answer& answer, std::span<const outgoing_event> events,
                                          const attempt_time& when);

/// A result for each event of a delivery that was not answered: a retry, and the endpoint's failure.
std::vector<delivery_result> judge_failure(std::string_view why, std::span<const outgoing_event> events,
                                           const attempt_time& when);

/// A result for each event of a delivery that never left this process: it is given back.
std::vector<delivery_result> judge_untried(std::span<const outgoing_event> events, const attempt_time& when);

/// The delay that a `Retry-After` asks for: seconds or an HTTP-date, at most `max_retry_after`; 0 for none, for one
/// that is past, and for what is neither.
std::chrono::milliseconds read_retry_after(std::string_view value, time_point now);

}  // namespace eventmgr::delivery
