#include <eventmgr/error.hpp>

#include <string>
#include <utility>

namespace eventmgr {
namespace {

class category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "eventmgr"; }

  std::string message(int value) const override { return std::string{to_string(static_cast<errc>(value))}; }
};

}  // namespace

std::string_view to_string(errc code) noexcept {
  switch (code) {
    case errc::malformed_json:
      return "malformed_json";
    case errc::invalid_event:
      return "invalid_event";
    case errc::schema_violation:
      return "schema_violation";
    case errc::invalid_request:
      return "invalid_request";
    case errc::unauthenticated:
      return "unauthenticated";
    case errc::forbidden:
      return "forbidden";
    case errc::not_found:
      return "not_found";
    case errc::method_not_allowed:
      return "method_not_allowed";
    case errc::conflict:
      return "conflict";
    case errc::too_large:
      return "too_large";
    case errc::unsupported_media_type:
      return "unsupported_media_type";
    case errc::rate_limited:
      return "rate_limited";
    case errc::queue_full:
      return "queue_full";
    case errc::store_unavailable:
      return "store_unavailable";
    case errc::shutting_down:
      return "shutting_down";
    case errc::unreachable:
      return "unreachable";
    case errc::internal:
      return "internal";
  }
  return "unknown";
}

const boost::system::error_category& error_category() noexcept {
  static const category instance;
  return instance;
}

error::error(failure reason)
    : std::runtime_error{std::string{to_string(reason.code)} + ": " + reason.message}, reason_{std::move(reason)} {}

void throw_exception_from_error(const failure& reason, const boost::source_location&) { throw error{reason}; }

}  // namespace eventmgr
