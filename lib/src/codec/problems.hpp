#pragma once

#include <eventmgr/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::codec {

/// At most so many bytes, without cutting a character of UTF-8 in two.
std::string_view cut(std::string_view text, std::size_t bytes) noexcept;

/// How many faults an answer lists.
inline constexpr std::size_t max_problems = 100;

/// Adds a fault to those of an event or a request. Only the first `max_problems` are kept: a client cannot make an
/// answer larger than that.
void report_problem(std::vector<problem>& problems, std::string pointer, std::string message);

/// The pointer to a member of the root, its key escaped as RFC 6901 asks and cut if it is very long.
std::string pointer_to(std::string_view key);

/// The failure that lists them; its message names the first.
failure invalid_event(std::vector<problem> problems);

/// The same for a request; `subject` begins the message, as "the subscription".
failure invalid_request(std::string_view subject, std::vector<problem> problems);

}  // namespace eventmgr::codec
