#pragma once

#include "codec/json_writer.hpp"

#include <eventmgr/time.hpp>

#include <concepts>
#include <string>
#include <string_view>

namespace eventmgr::codec {

/// Writes the members of one JSON object, with commas between them. Ends the object only by `end`.
class object_writer {
 public:
  explicit object_writer(std::string& out) : out_{out} { out_ += '{'; }

  /// Begins a member; its value is to be appended to what is returned.
  std::string& key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    append_json_string(out_, name);
    out_ += ':';
    return out_;
  }

  void text(std::string_view name, std::string_view value) { append_json_string(key(name), value); }
  void flag(std::string_view name, bool value) { key(name) += value ? "true" : "false"; }
  void null(std::string_view name) { key(name) += "null"; }

  template <class T>
    requires(std::integral<T> || std::floating_point<T>)
  void number(std::string_view name, T value) {
    append_json_number(key(name), value);
  }

  void time(std::string_view name, time_point at) {
    std::string& out = key(name);
    out += '"';
    append_rfc3339(out, at);
    out += '"';
  }

  /// Null for the empty text.
  void text_or_null(std::string_view name, std::string_view value) {
    if (value.empty()) return null(name);
    text(name, value);
  }

  void end() { out_ += '}'; }

 private:
  std::string& out_;
};

}  // namespace eventmgr::codec
