#pragma once

#include "core/filter/document_path.hpp"
#include "core/filter/json_number.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace eventmgr {

/// The two objects of an event into which a filter can look.
enum class document_part : std::uint8_t { payload, metadata };

struct absent_value {};  ///< the path leads to nothing
struct null_value {
  friend bool operator==(null_value, null_value) = default;
};
struct container_value {};  ///< an object or an array: it is there, but is compared with nothing

/// What a path leads to.
using document_value = std::variant<absent_value, null_value, bool, json_number, std::string_view, container_value>;

/// The payload and the metadata of one event, to be looked into. Each is parsed when it is first asked for, and once.
/// Thread-safe.
class event_document {
 public:
  virtual ~event_document() = default;

  /// A member that is given twice is the last of the two. Metadata is looked at with its defaults filled in. The text
  /// of a string holds as long as the document and `scratch`, which may be overwritten.
  virtual document_value find(document_part part, const document_path& path, std::string& scratch) const = 0;

  /// Whether the metadata has the tag.
  virtual bool has_tag(std::string_view tag) const = 0;
};

}  // namespace eventmgr
