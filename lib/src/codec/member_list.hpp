#pragma once

#include <simdjson.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::codec {

enum class json_kind : std::uint8_t { string, number, boolean, null, object, array };

/// One member of an object that was read strictly: whatever its kind, it is valid JSON.
struct member {
  std::string_view key{};  ///< unescaped; valid as long as the document
  json_kind kind{json_kind::null};
  bool has_nul{false};      ///< the value holds U+0000 in a string or key
  bool too_deep{false};     ///< an object or array that is nested too deeply, which then has no text
  std::string_view text{};  ///< of a string: unescaped; of a number, boolean or null: as spelt; as valid as `key`
  std::string_view raw{};   ///< of a string: as spelt, with its quotes; as valid as `key`
  std::string compact{};    ///< of an object or array: its text without insignificant white space
};

enum class read_outcome : std::uint8_t { complete, malformed };

/// The members of one object, in order. Meant to be used again for the next object.
class member_list {
 public:
  static constexpr std::size_t max_members = 256;

  /// Reads an object to its end. `max_depth` counts the object itself as 1.
  read_outcome read(simdjson::ondemand::object object, std::uint32_t max_depth);

  /// At most `max_members`, the first ones.
  std::span<member> members() noexcept { return members_; }
  bool has_more() const noexcept { return has_more_; }

  /// Whether a member is nested too deeply.
  bool too_deep() const noexcept { return too_deep_; }

  /// Lets go of what the last object held.
  void clear() noexcept;

 private:
  read_outcome read_value(simdjson::ondemand::value value, std::uint32_t max_depth, member& into);

  std::vector<member> members_;
  bool too_deep_{false};
  bool has_more_{false};
};

/// Whether a value, which is passed over, is valid JSON.
bool skip_value(simdjson::ondemand::value value);

}  // namespace eventmgr::codec
