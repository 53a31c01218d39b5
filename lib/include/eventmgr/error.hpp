#pragma once

#include <eventmgr/export.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// Why a call was refused or could not be done. The names are those of the HTTP API's `error.code`.
enum class errc {
  malformed_json = 1,      ///< the text is no JSON, or not valid UTF-8
  invalid_event,           ///< an event breaks a rule of the model; `details` lists every one
  schema_violation,        ///< the payload does not fit the schema of its topic
  invalid_request,         ///< a parameter or a body other than an event is wrong
  unauthenticated,         ///< who is calling is not known
  forbidden,               ///< who is calling may not do this
  not_found,               ///< no such event, topic, subscription or path
  method_not_allowed,      ///< the path exists, the method does not
  conflict,                ///< it exists already, or its state forbids the change
  too_large,               ///< a body, an event or a batch is over its limit
  unsupported_media_type,  ///< the content type is none that the call takes
  rate_limited,            ///< too many requests from this caller
  queue_full,              ///< the publish queue is full: try again after `retry_after`
  store_unavailable,       ///< the store cannot take or give events now; nothing was changed
  shutting_down,           ///< the broker is closing and takes no new work
  unreachable,             ///< client only: no answer came from the daemon
  internal,                ///< a defect of this program
};

/// The spelling of the HTTP API, as "invalid_event". Static storage.
EVENTMGR_API std::string_view to_string(errc code) noexcept;

/// The category of `errc`; one object for the process. Thread-safe.
EVENTMGR_API const boost::system::error_category& error_category() noexcept;

inline boost::system::error_code make_error_code(errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

/// One fault in an input. `pointer` is a JSON Pointer (RFC 6901) from the root of the event or request.
struct problem {
  std::string pointer;
  std::string message;

  friend bool operator==(const problem&, const problem&) = default;
};

/// What went wrong: for `invalid_event` and `invalid_request`, `details` holds everything that is wrong, not the first.
struct failure {
  errc code{errc::internal};
  std::string message;
  std::vector<problem> details{};
  std::chrono::milliseconds retry_after{0};  ///< 0: no advice

  friend bool operator==(const failure&, const failure&) = default;
};

/// Thrown where infrastructure is lost, and by `result::value()` on a failure.
class EVENTMGR_API error : public std::runtime_error {
 public:
  explicit error(failure reason);

  const failure& reason() const noexcept { return reason_; }
  boost::system::error_code code() const noexcept { return make_error_code(reason_.code); }

 private:
  failure reason_;
};

[[noreturn]] EVENTMGR_API void throw_exception_from_error(const failure& reason, const boost::source_location& where);

/// An expected outcome: a value, or why there is none.
template <class T>
using result = boost::system::result<T, failure>;

}  // namespace eventmgr

template <>
struct boost::system::is_error_code_enum<eventmgr::errc> : std::true_type {};
