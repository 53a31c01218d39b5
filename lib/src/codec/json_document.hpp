#pragma once

#include <eventmgr/error.hpp>

#include <simdjson.h>

#include <string>
#include <string_view>

namespace eventmgr::codec {

/// Gives a text the spare capacity that the parser may read past its end.
void add_padding(std::string& text);

/// Whether a text is JSON in UTF-8, by a pass of its own: for the answer to a text of the wrong form.
bool is_json(std::string_view text);

/// Why a text is no JSON: a `malformed_json` that says where, and whether it is its UTF-8 that is wrong. For a text
/// that the parser refused.
failure malformed(std::string_view text);

/// A text under parse, by the one parser of this thread: there must be no two at a time on a thread. Memory that an
/// unusually large text needed is given back at the end.
class json_document {
 public:
  /// `text` must lie in a buffer with at least `SIMDJSON_PADDING` readable bytes behind it, and outlive the document.
  explicit json_document(std::string_view text);
  json_document(const json_document&) = delete;
  json_document& operator=(const json_document&) = delete;
  ~json_document();

  /// False if the text is no UTF-8, is empty, or has strings that are not.
  bool is_open() const noexcept { return open_; }

  simdjson::ondemand::document& root() noexcept { return root_; }

  /// Whether everything has been read: nothing follows the root.
  bool at_end() noexcept { return root_.current_location().error() == simdjson::OUT_OF_BOUNDS; }

 private:
  simdjson::ondemand::document root_;
  bool open_{false};
};

}  // namespace eventmgr::codec
