#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::codec {

/// One member of an object: its key as it is spelt between the quotes, and the text of its value.
struct json_member {
  std::string_view raw_key;
  std::string_view value;
};

/// Goes through the members of an object. The text must be compact, valid JSON, as `append_compact` writes it, and must
/// outlive the walker; nothing is checked again.
class member_walker {
 public:
  explicit member_walker(std::string_view object) noexcept;
  /// False at the end.
  bool next(json_member& member) noexcept;

 private:
  std::string_view rest_;
};

/// Goes through the elements of an array, under the same terms.
class element_walker {
 public:
  explicit element_walker(std::string_view array) noexcept;
  /// False at the end.
  bool next(std::string_view& element) noexcept;

 private:
  std::string_view rest_;
};

/// The value that a text begins with; what follows it in its object or array is left out. Under the same terms.
std::string_view leading_value(std::string_view text) noexcept;

/// What a string means, given what stands between its quotes in valid JSON.
std::string unescape(std::string_view raw);

/// The value of a JSON string, quotes included; nullopt if the value is of another kind.
std::optional<std::string> string_value(std::string_view value);

}  // namespace eventmgr::codec
