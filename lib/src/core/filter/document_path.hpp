#pragma once

#include <eventmgr/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// The way to a value inside a JSON object: names of members, and indices where it leads through an array.
class document_path {
 public:
  static constexpr std::size_t max_bytes = 500;
  static constexpr std::size_t max_steps = 32;

  /// Reads a JSON Pointer (RFC 6901), which begins with `/`, or else names joined by dots, none of them empty. Fails
  /// with `invalid_request`, its message the end of a sentence ("must not have an empty name").
  static result<document_path> parse(std::string_view text);

  const std::vector<std::string>& steps() const noexcept { return steps_; }

  /// The path that differs in its first step.
  document_path with_first_step(std::string name) const;

  friend bool operator==(const document_path&, const document_path&) = default;

 private:
  explicit document_path(std::vector<std::string> steps) : steps_{std::move(steps)} {}

  static result<document_path> parse_pointer(std::string_view text);
  static result<document_path> parse_dotted(std::string_view text);

  std::vector<std::string> steps_;  ///< at least one
};

/// With dots where the names allow that, else as a JSON Pointer.
std::string to_string(const document_path& path);

}  // namespace eventmgr
