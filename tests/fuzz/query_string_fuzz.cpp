#include "transport/common/parameter_reader.hpp"
#include "transport/common/query_string.hpp"
#include "transport/common/time_parameter.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace eventmgr;
using namespace eventmgr::transport;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// Any query string is either refused with a reason, or parsed into parameters that encode to the same parameters again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto parsed = query_string::parse(text);
  if (parsed.has_error()) {
    require(parsed.error().code == errc::invalid_request && !parsed.error().message.empty());
    return 0;
  }

  std::string again;
  for (const query_parameter& item : *parsed) {
    if (!again.empty()) again += '&';
    again += percent_encode(item.name) + "=" + percent_encode(item.value);
  }
  const auto reparsed = query_string::parse(again);
  require(reparsed.has_value());
  auto other = reparsed->begin();
  for (const query_parameter& item : *parsed) {
    require(other != reparsed->end() && other->name == item.name && other->value == item.value);
    ++other;
  }

  parameter_reader reader{*parsed};
  const std::uint64_t limit = reader.number("limit", 100, 1, 1000);
  require(limit >= 1 && limit <= 1000);
  const time_point now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2}};
  (void)reader.moment("since", now);
  (void)reader.flag("atomic");
  for (const std::string_view value : reader.all("topic")) (void)parse_start(value, now);
  (void)reader.fault();
  return 0;
}
