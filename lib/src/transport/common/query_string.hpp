#pragma once

#include <eventmgr/error.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::transport {

/// Undoes percent encoding (RFC 3986), and, where `plus_is_space`, that of forms. nullopt for a bad escape, for what
/// does not decode to UTF-8, and for U+0000.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// Encodes all but RFC 3986's unreserved characters, so that the text fits into one segment of a path.
std::string percent_encode(std::string_view text);

struct query_parameter {
  std::string name{};
  std::string value{};  ///< empty also where there was no `=`
};

/// The parameters of a request's target, decoded, in the order they came.
class query_string {
 public:
  static constexpr std::size_t max_parameters = 100;

  query_string() = default;

  /// Reads what follows the `?`. Empty parts (`a=1&&b=2`) are passed over. Fails with `invalid_request`, its details
  /// pointing at the parameter, for text that `percent_decode` refuses and for more than `max_parameters`.
  static result<query_string> parse(std::string_view text);

  /// The first of that name. A name is matched in camelCase and in snake_case: `correlation_id` is `correlationId`.
  const query_parameter* find(std::string_view name) const noexcept;

  bool empty() const noexcept { return parameters_.empty(); }
  auto begin() const noexcept { return parameters_.begin(); }
  auto end() const noexcept { return parameters_.end(); }

  /// Whether a request's spelling of a name means the parameter `name`, which is in camelCase.
  static bool same_name(std::string_view given, std::string_view name) noexcept;

 private:
  std::vector<query_parameter> parameters_;
};

}  // namespace eventmgr::transport
