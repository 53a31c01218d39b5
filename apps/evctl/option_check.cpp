#include "option_check.hpp"

#include "client/endpoint.hpp"
#include "clock_text.hpp"
#include "codec/endpoint_rules.hpp"

#include <eventmgr/client_webhook.hpp>
#include <eventmgr/event.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/position.hpp>
#include <eventmgr/time.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <system_error>

namespace eventmgr::evctl {
namespace {

std::optional<double> finite_number(const std::string& text) {
  double number = 0;
  if (!CLI::detail::lexical_cast(text, number) || !std::isfinite(number)) return std::nullopt;
  return number;
}

/// As people write it: "0.001", "1000000".
std::string decimal_text(double number) {
  std::array<char, 32> text{};
  const auto [end, code] = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  return code == std::errc{} ? std::string{text.data(), end} : std::string{};
}

bool is_between(const std::optional<double>& number, double least, double most) {
  return number && *number >= least && *number <= most;
}

/// A value that `read` makes a result of; what is wrong with it is said in its words.
template <class Read>
CLI::Validator value_read_by(Read read) {
  return {[read](std::string& text) {
            const auto made = read(text);
            return made ? std::string{} : std::string{made.error().message};
          },
          ""};
}

/// By the rules of RFC 9110: the name is a token, the value holds no control characters.
bool is_header_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto is_of_name = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
  };
  const auto is_of_value = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
  };
  return std::ranges::all_of(line.substr(0, colon), is_of_name) &&
         std::ranges::all_of(line.substr(colon + 1), is_of_value);
}

}  // namespace

std::string not_taken(const std::string& wanted, const std::string& text) {
  return "takes " + wanted + ", not " + (text.empty() ? "empty text" : text);
}

CLI::Validator one_of(const std::vector<std::string>& words) {
  std::string wanted;
  std::string description;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (at > 0) wanted += at + 1 == words.size() ? " or " : ", ";
    wanted += words[at];
    description += (at > 0 ? "," : "{") + words[at];
  }
  const auto is_one = [words](const std::string& text) { return std::ranges::find(words, text) != words.end(); };
  return value_that(is_one, wanted, description + "}");
}

CLI::Validator positive_number() {
  return value_that([](const std::string& text) { return finite_number(text).value_or(0) > 0; }, "a number above 0",
                    "POSITIVE");
}

CLI::Validator number_from_zero() {
  return value_that([](const std::string& text) { return finite_number(text).value_or(-1) >= 0; },
                    "0 or a number above it", "NONNEGATIVE");
}

CLI::Validator number_between(double least, double most) {
  const auto holds = [least, most](const std::string& text) { return is_between(finite_number(text), least, most); };
  const auto from = decimal_text(least);
  const auto to = decimal_text(most);
  return value_that(holds, "a number from " + from + " to " + to, "[" + from + " - " + to + "]");
}

CLI::Validator zero_or_between(double least, double most) {
  const auto holds = [least, most](const std::string& text) {
    const auto number = finite_number(text);
    return is_between(number, 0, 0) || is_between(number, least, most);
  };
  const auto from = decimal_text(least);
  const auto to = decimal_text(most);
  return value_that(holds, "0 or a number from " + from + " to " + to, "[0, " + from + " - " + to + "]");
}

CLI::Validator whole_number_between(std::uint64_t least, std::uint64_t most) {
  const auto holds = [least, most](const std::string& text) {
    std::uint64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, code] = std::from_chars(text.data(), end, number);
    const bool plain = text.size() < 2 || text.front() != '0';
    return code == std::errc{} && stop == end && plain && number >= least && number <= most;
  };
  return value_that(holds, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

CLI::Validator duration_value() { return value_that(parse_duration, "a duration such as 500ms, 30s or 5m"); }

CLI::Validator positive_duration() {
  const auto holds = [](const std::string& text) {
    return parse_duration(text).value_or(std::chrono::milliseconds{0}).count() > 0;
  };
  return value_that(holds, "a duration above 0 such as 500ms, 30s or 5m");
}

CLI::Validator duration_between(std::chrono::milliseconds least, std::chrono::milliseconds most) {
  const auto holds = [least, most](const std::string& text) {
    const auto duration = parse_duration(text);
    return duration && *duration >= least && *duration <= most;
  };
  return value_that(holds, "a duration from " + format_duration(least) + " to " + format_duration(most));
}

CLI::Validator moment_value() {
  return value_that(parse_moment, "a time such as 2026-01-02T03:04:05Z or a duration back from now such as 5m");
}

CLI::Validator priority_value() { return value_that(parse_priority, "critical, high, normal or low, or 0 to 3"); }

CLI::Validator uuid_value() { return value_that(parse_uuid, "a UUID"); }

CLI::Validator position_value() { return value_that(parse_position, "a position, as subscribe says it"); }

CLI::Validator header_value() { return value_that(is_header_line, "\"Name: value\""); }

CLI::Validator daemon_url() { return value_read_by(client::parse_endpoint); }

CLI::Validator receiver_url() { return value_read_by(client::parse_receiver); }

CLI::Validator endpoint_url() {
  return {[](std::string& text) {
            const auto channel = codec::channel_of_url(text);
            if (!channel) return not_taken("an http, https, ws or wss address", text);
            return codec::fault_of_url(text, *channel).value_or(std::string{});
          },
          ""};
}

CLI::Validator fallback_url() {
  return {[](std::string& text) {
            if (codec::channel_of_url(text) != channel_kind::webhook) {
              return not_taken("an http or https address", text);
            }
            return codec::fault_of_url(text, channel_kind::webhook).value_or(std::string{});
          },
          ""};
}

CLI::Validator secret_value() {
  return value_read_by([](const std::string& text) { return client::sign_webhook(text, {}, 0, {}); });
}

CLI::Validator not_empty() {
  return {[](std::string& text) { return text.empty() ? std::string{"must not be empty"} : std::string{}; }, ""};
}

CLI::Validator empty_or(const CLI::Validator& otherwise) {
  return {[otherwise](std::string& text) { return text.empty() ? std::string{} : otherwise(text); },
          otherwise.get_description()};
}

}  // namespace eventmgr::evctl
