#pragma once

#include <eventmgr/error.hpp>
#include <eventmgr/export.hpp>

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// Where an event is published: 1 to 32 levels joined by `/`, 1 to 500 bytes, as `knowledge/document/uploaded`.
class EVENTMGR_API topic_name {
 public:
  static constexpr std::size_t max_bytes = 500;
  static constexpr std::size_t max_levels = 32;

  /// No topic. Only good to be assigned to.
  topic_name() = default;

  /// Reads a topic; `.` and `/` both separate levels. A level holds ASCII letters, digits, `_`, `-` and UTF-8 letters
  /// outside ASCII. Fails with `invalid_request`, its message saying which rule was broken.
  static result<topic_name> parse(std::string_view text);

  /// Takes text that `parse` once made, as it comes from the store. No check is made.
  static topic_name trusted(std::string text);

  /// With `/` between the levels.
  const std::string& str() const noexcept { return text_; }

  friend auto operator<=>(const topic_name&, const topic_name&) = default;

 private:
  explicit topic_name(std::string text) : text_{std::move(text)} {}

  std::string text_;
};

/// A topic with wildcards: `*` is exactly one level, `#` zero or more, anywhere (the topic exchange rules of AMQP
/// 0-9-1).
class EVENTMGR_API topic_pattern {
 public:
  /// Matches everything (`#`).
  topic_pattern();

  /// Reads a pattern by the rules of `topic_name::parse`, wildcards allowed as whole levels. Runs of `#` count as one.
  /// Fails with `invalid_request`.
  static result<topic_pattern> parse(std::string_view text);

  /// Whether the topic matches. Linear in levels times levels at worst, whatever the number of wildcards.
  bool matches(const topic_name& topic) const noexcept;

  bool has_wildcards() const noexcept { return has_wildcards_; }

  /// In its stored form, with `/` between the levels.
  const std::string& str() const noexcept { return text_; }

  const std::vector<std::string>& levels() const noexcept { return levels_; }

  friend bool operator==(const topic_pattern& a, const topic_pattern& b) noexcept { return a.text_ == b.text_; }

 private:
  std::string text_;
  std::vector<std::string> levels_;
  bool has_wildcards_{true};
};

}  // namespace eventmgr
