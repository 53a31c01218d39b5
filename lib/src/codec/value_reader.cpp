#include "codec/value_reader.hpp"

#include "codec/json_compact.hpp"
#include "core/letters.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace eventmgr::codec {
namespace {

constexpr std::uint32_t max_depth = 64;

std::optional<std::uint64_t> whole_number(std::string_view value) noexcept {
  std::uint64_t read = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, read);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return read;
}

std::optional<double> decimal_number(std::string_view value) noexcept {
  double read = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, read);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return read;
}

/// As people write it: "0.001", "1000000".
std::string number_text(double value) {
  char text[32];
  const auto [end, error] = std::to_chars(std::begin(text), std::end(text), value, std::chars_format::fixed);
  return error == std::errc{} ? std::string{std::begin(text), end} : std::string{};
}

failure refused(std::string_view subject, std::string message) {
  return invalid_request(subject, {{"", std::move(message)}});
}

bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }

}  // namespace

result<std::string> compact_value(std::string_view json, std::string_view subject, std::size_t max_bytes) {
  if (json.size() > max_bytes) {
    return refused(subject, "must not have more than " + std::to_string(max_bytes / 1024) + " KiB");
  }
  if (!is_utf8(json)) return failure{errc::malformed_json, std::string{subject} + " is not valid UTF-8"};
  std::string compact;
  const json_report report = append_compact(compact, json, max_depth);
  if (report.fault == json_fault::malformed) {
    return failure{errc::malformed_json,
                   std::string{subject} + " is not valid JSON: byte " + std::to_string(report.at + 1)};
  }
  if (report.fault == json_fault::too_deep) return refused(subject, "is nested too deeply");
  if (report.has_nul) return refused(subject, "must not hold U+0000");
  return compact;
}

result<std::string> compact_body(std::string_view json, std::string_view subject, std::size_t max_bytes) {
  auto compact = compact_value(json, subject, max_bytes);
  if (compact && compact->front() != '{') return refused(subject, "must be an object");
  return compact;
}

bool is_spelling_of(std::string_view given, std::string_view camel) noexcept {
  if (given == camel) return true;
  std::size_t at = 0;
  for (const char c : camel) {
    if (is_upper(c)) {
      if (at == given.size() || given[at++] != '_') return false;
    }
    const char wanted = is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    if (at == given.size() || given[at++] != wanted) return false;
  }
  return at == given.size();
}

std::optional<std::string> value_reader::text(std::string_view value, const std::string& pointer,
                                              std::size_t least_bytes, std::size_t most_bytes) {
  auto read = string_value(value);
  if (!read) {
    fault(pointer, "must be a string");
  } else if (!is_trusting() && (read->size() < least_bytes || read->size() > most_bytes)) {
    fault(pointer, least_bytes == 0
                       ? "must not have more than " + std::to_string(most_bytes) + " bytes"
                       : "must have " + std::to_string(least_bytes) + " to " + std::to_string(most_bytes) + " bytes");
    read.reset();
  }
  return read;
}

std::optional<bool> value_reader::flag(std::string_view value, const std::string& pointer) {
  if (value == "true" || value == "false") return value == "true";
  fault(pointer, "must be true or false");
  return std::nullopt;
}

std::optional<std::uint64_t> value_reader::number(std::string_view value, const std::string& pointer,
                                                  std::uint64_t least, std::uint64_t most) {
  const auto read = whole_number(value);
  if (read && is_trusting()) return std::clamp(*read, least, most);
  if (read && *read >= least && *read <= most) return read;
  fault(pointer, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<double> value_reader::rate(std::string_view value, const std::string& pointer, double least,
                                         double most) {
  const auto read = decimal_number(value);
  if (read && is_trusting()) return *read <= 0 ? 0 : std::clamp(*read, least, most);
  if (read && (*read == 0 || (*read >= least && *read <= most))) return read;
  fault(pointer, "must be 0, or a number from " + number_text(least) + " to " + number_text(most));
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> value_reader::duration(std::string_view value, const std::string& pointer,
                                                                std::chrono::milliseconds least,
                                                                std::chrono::milliseconds most) {
  std::optional<std::chrono::milliseconds> read;
  if (const auto text = string_value(value)) {
    read = parse_duration(*text);
  } else if (const auto count = whole_number(value)) {
    // Beyond the range of every duration, but within that of the type.
    constexpr std::uint64_t cap = std::uint64_t{1} << 62U;
    read = std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(std::min(*count, cap))};
  }
  if (read && is_trusting()) return std::clamp(*read, least, most);
  if (read && *read >= least && *read <= most) return read;
  const std::string range = least.count() == 0 ? "of at most " : "from " + format_duration(least) + " to ";
  fault(pointer, "must be milliseconds, or a duration as \"5s\", " + range + format_duration(most));
  return std::nullopt;
}

}  // namespace eventmgr::codec
