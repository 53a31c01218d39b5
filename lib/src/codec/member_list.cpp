#include "codec/member_list.hpp"

#include "codec/json_compact.hpp"

namespace eventmgr::codec {
namespace {

using simdjson::ondemand::json_type;

std::string_view trimmed(std::string_view token) noexcept {
  return token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
}

json_kind kind_of(json_type type) noexcept {
  switch (type) {
    case json_type::string:
      return json_kind::string;
    case json_type::number:
      return json_kind::number;
    case json_type::boolean:
      return json_kind::boolean;
    case json_type::array:
      return json_kind::array;
    case json_type::object:
      return json_kind::object;
    case json_type::null:
      return json_kind::null;
  }
  return json_kind::null;
}

/// The text of an object or array, up to what follows it. False if it has no end.
bool take_container(simdjson::ondemand::value& value, json_type type, std::string_view& text) {
  if (type == json_type::object) {
    simdjson::ondemand::object object;
    return value.get_object().get(object) == simdjson::SUCCESS && object.raw_json().get(text) == simdjson::SUCCESS;
  }
  simdjson::ondemand::array array;
  return value.get_array().get(array) == simdjson::SUCCESS && array.raw_json().get(text) == simdjson::SUCCESS;
}

}  // namespace

read_outcome member_list::read(simdjson::ondemand::object object, std::uint32_t max_depth) {
  clear();
  for (auto item : object) {
    simdjson::ondemand::field field;
    if (std::move(item).get(field) != simdjson::SUCCESS) return read_outcome::malformed;
    if (members_.size() == max_members) {
      has_more_ = true;
      if (!skip_value(field.value())) return read_outcome::malformed;
      continue;
    }
    member& made = members_.emplace_back();
    if (field.unescaped_key().get(made.key) != simdjson::SUCCESS) return read_outcome::malformed;
    if (read_value(field.value(), max_depth - 1, made) != read_outcome::complete) return read_outcome::malformed;
  }
  return read_outcome::complete;
}

read_outcome member_list::read_value(simdjson::ondemand::value value, std::uint32_t max_depth, member& into) {
  json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return read_outcome::malformed;
  into.kind = kind_of(type);
  if (type == json_type::string) {
    into.raw = trimmed(value.raw_json_token());
    if (value.get_string().get(into.text) != simdjson::SUCCESS) return read_outcome::malformed;
    into.has_nul = into.text.find('\0') != std::string_view::npos;
    return read_outcome::complete;
  }
  if (type == json_type::object || type == json_type::array) {
    std::string_view text;
    if (!take_container(value, type, text)) return read_outcome::malformed;
    const json_report report = append_compact(into.compact, text, max_depth);
    into.has_nul = report.has_nul;
    into.too_deep = report.fault == json_fault::too_deep;
    too_deep_ = too_deep_ || into.too_deep;
    return report.fault == json_fault::malformed ? read_outcome::malformed : read_outcome::complete;
  }
  into.text = trimmed(value.raw_json_token());
  return check_json(into.text, 1).fault == json_fault::none ? read_outcome::complete : read_outcome::malformed;
}

void member_list::clear() noexcept {
  members_.clear();
  too_deep_ = false;
  has_more_ = false;
}

bool skip_value(simdjson::ondemand::value value) {
  constexpr std::uint32_t any_depth = 1024;
  json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  std::string_view text;
  if (type == json_type::object || type == json_type::array) {
    if (!take_container(value, type, text)) return false;
  } else if (type == json_type::string) {
    return value.get_string().get(text) == simdjson::SUCCESS;
  } else {
    text = value.raw_json_token();
  }
  return check_json(text, any_depth).fault != json_fault::malformed;
}

}  // namespace eventmgr::codec
