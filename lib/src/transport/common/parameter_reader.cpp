#include "transport/common/parameter_reader.hpp"

#include "codec/filter_codec.hpp"
#include "core/topic_levels.hpp"
#include "transport/common/time_parameter.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace eventmgr::transport {

std::optional<std::string_view> parameter_reader::text(std::string_view name) {
  const std::vector<std::string_view> values = all(name);
  if (values.empty()) return std::nullopt;
  if (values.size() > 1) {
    reject(name, "is given more than once");
    return std::nullopt;
  }
  return values.front();
}

std::optional<std::string> parameter_reader::string(std::string_view name) {
  const auto given = text(name);
  return given ? std::optional<std::string>{*given} : std::nullopt;
}

std::optional<topic_pattern> parameter_reader::pattern(std::string_view name) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  auto read = topic_pattern::parse(*given);
  if (read.has_value()) return std::move(*read);
  reject(name, std::string{fault_of_levels(*given, wildcards::allowed)});
  return std::nullopt;
}

std::vector<std::string_view> parameter_reader::all(std::string_view name) {
  std::vector<std::string_view> values;
  for (const query_parameter& item : query_) {
    if (!query_string::same_name(item.name, name)) continue;
    if (item.value.empty()) {
      reject(name, "is empty");
      continue;
    }
    values.emplace_back(item.value);
  }
  return values;
}

std::uint64_t parameter_reader::number(std::string_view name, std::uint64_t absent, std::uint64_t least,
                                       std::uint64_t most) {
  const auto given = text(name);
  if (!given) return absent;
  std::uint64_t value = 0;
  const char* const last = given->data() + given->size();
  const auto [end, error] = std::from_chars(given->data(), last, value);
  if (error != std::errc{} || end != last || value < least || value > most) {
    reject(name, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return absent;
  }
  return value;
}

bool parameter_reader::flag(std::string_view name) {
  const auto given = text(name);
  if (!given || *given == "false") return false;
  if (*given != "true") reject(name, "must be true or false");
  return *given == "true";
}

std::optional<time_point> parameter_reader::moment(std::string_view name, time_point now) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  const auto at = parse_moment(*given, now);
  if (!at) reject(name, "must be an RFC 3339 time or a duration as 5m");
  return at;
}

event_filter parameter_reader::filter(std::string_view name) {
  const auto given = text(name);
  if (!given) return {};
  auto read = codec::parse_filter(*given);
  if (read.has_value()) return std::move(*read);
  const failure why = read.error();
  if (why.code == errc::malformed_json) reject(name, "must be a JSON object");
  for (const problem& fault : why.details) reject_at(fault.pointer, fault.message);
  return {};
}

void parameter_reader::reject(std::string_view name, std::string message) {
  add("query parameter " + std::string{name}, {.pointer = "/" + std::string{name}, .message = std::move(message)});
}

void parameter_reader::reject_at(const std::string& pointer, std::string message) {
  const std::size_t inside = std::min(pointer.find('/', 1), pointer.size());
  std::string subject = "query parameter " + pointer.substr(1, inside - 1);
  if (inside < pointer.size()) subject += ": " + pointer.substr(inside);
  add(std::move(subject), {.pointer = pointer, .message = std::move(message)});
}

void parameter_reader::reject_header(std::string_view name, std::string message) {
  add("the header " + std::string{name}, {.pointer = "/" + std::string{name}, .message = std::move(message)});
}

void parameter_reader::add(std::string subject, problem found) {
  if (problems_.empty()) first_ = std::move(subject) + " " + found.message;
  problems_.push_back(std::move(found));
}

std::optional<failure> parameter_reader::fault() const {
  if (problems_.empty()) return std::nullopt;
  return failure{.code = errc::invalid_request, .message = first_, .details = problems_};
}

}  // namespace eventmgr::transport
