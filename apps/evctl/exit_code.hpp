#pragma once

#include <eventmgr/error.hpp>

#include <cstdint>

namespace eventmgr::evctl {

/// What evctl tells a script. evctl(1) promises these numbers.
enum class exit_code : std::uint8_t {
  done = 0,
  failed = 1,  ///< the operation failed, or the answer is no
  usage = 2,   ///< the command line is wrong, or a value on it is none that its option takes
  unreachable = 3,
  not_allowed = 4,
  not_found = 5,
  rejected = 6,  ///< as invalid, or as conflicting with what is there
  timed_out = 7,
  partly = 8,
  unhealthy = 10,
};

inline exit_code exit_code_for(errc code) noexcept {
  switch (code) {
    case errc::unreachable:
      return exit_code::unreachable;
    case errc::unauthenticated:
    case errc::forbidden:
      return exit_code::not_allowed;
    case errc::not_found:
      return exit_code::not_found;
    case errc::malformed_json:
    case errc::invalid_event:
    case errc::schema_violation:
    case errc::invalid_request:
    case errc::conflict:
    case errc::too_large:
    case errc::unsupported_media_type:
      return exit_code::rejected;
    case errc::method_not_allowed:
    case errc::rate_limited:
    case errc::queue_full:
    case errc::store_unavailable:
    case errc::shutting_down:
    case errc::internal:
      return exit_code::failed;
  }
  return exit_code::failed;
}

}  // namespace eventmgr::evctl
