#include "codec/websocket_acknowledgement.hpp"

#include "codec/json_document.hpp"
#include "codec/member_list.hpp"

#include <utility>

namespace eventmgr::codec::websocket {

namespace {

namespace ondemand = simdjson::ondemand;

/// Reads one message, member by member, in whatever order they come.
class acknowledgement_reader {
 public:
  result<std::optional<acknowledgement>> read(const std::string& text) {
    json_document document{text};
    if (!document.is_open() || !read_members(document)) {
      return failure{.code = errc::malformed_json, .message = "the message is not JSON"};
    }
    const bool notice = type_ == "ping" || type_ == "pong" || type_ == "heartbeat";
    if (!notice && fault_.empty()) finish();
    if (!fault_.empty()) return failure{.code = errc::invalid_request, .message = std::move(fault_)};
    if (notice) return std::optional<acknowledgement>{};
    return std::optional{std::move(said_)};
  }

 private:
  bool read_members(json_document& document) {
    ondemand::object object;
    if (const auto error = document.root().get_object().get(object)) {
      fault_ = "the message must be an object";
      return error == simdjson::INCORRECT_TYPE;
    }
    for (auto item : object) {
      ondemand::field field;
      std::string_view name;
      if (std::move(item).get(field) || field.unescaped_key().get(name)) return false;
      if (!read_member(name, field.value())) return false;
    }
    return document.at_end();
  }

  bool read_member(std::string_view name, ondemand::value value) {
    if (name == "type") return read_string("type", value, type_);
    if (name == "subscription") return read_string("subscription", value, said_.subscription);
    if (name == "error") return read_string("error", value, said_.error);
    if (name == "ackIds") {
      has_ids_ = true;
      std::string fault;
      const bool json = read_ack_ids(value, said_.ids, fault);
      if (!fault.empty()) reject("ackIds " + fault);
      return json;
    }
    if (name == "retry") {
      const auto error = value.get_bool().get(said_.retry);
      if (error) reject("retry must be true or false");
      return !error || error == simdjson::INCORRECT_TYPE;
    }
    return skip_value(value);
  }

  bool read_string(std::string_view name, ondemand::value value, std::string& into) {
    std::string_view text;
    const auto error = value.get_string().get(text);
    if (error) reject(std::string{name} + " must be a string");
    into = error ? std::string_view{} : text;
    return !error || error == simdjson::INCORRECT_TYPE;
  }

  void finish() {
    said_.success = type_ == "ack";
    said_.error = cut_error(said_.error);
    if (type_ != "ack" && type_ != "nack") return reject("type must be ack or nack");
    if (!has_ids_) reject("ackIds is required");
  }

  void reject(std::string why) {
    if (fault_.empty()) fault_ = std::move(why);
  }

  acknowledgement said_;
  std::string type_;
  std::string fault_;
  bool has_ids_{false};
};

}  // namespace

result<std::optional<acknowledgement>> parse_receiver_message(std::string& text) {
  add_padding(text);
  return acknowledgement_reader{}.read(text);
}

bool read_ack_ids(ondemand::value value, std::vector<std::string>& ids, std::string& fault) {
  ondemand::array list;
  if (const auto error = value.get_array().get(list)) {
    fault = "must be a list of strings";
    return error == simdjson::INCORRECT_TYPE;
  }
  for (auto item : list) {
    ondemand::value element;
    if (std::move(item).get(element)) return false;  // NOLINT(performance-move-const-arg): get() takes rvalues only
    std::string_view id;
    if (const auto error = element.get_string().get(id)) {
      fault = "must be a list of strings";
      return error == simdjson::INCORRECT_TYPE;
    }
    if (id.empty() || id.size() > acknowledgement::max_id_bytes) {
      fault = "has an id that is not of 1 to " + std::to_string(acknowledgement::max_id_bytes) + " bytes";
      return true;
    }
    if (ids.size() == acknowledgement::max_ids) {
      fault = "has more than " + std::to_string(acknowledgement::max_ids) + " ids";
      return true;
    }
    ids.emplace_back(id);
  }
  return true;
}

std::string cut_error(std::string_view text) {
  std::size_t size = text.size();
  if (size > acknowledgement::max_error_bytes) {
    size = acknowledgement::max_error_bytes;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  }
  return std::string{text.substr(0, size)};
}

}  // namespace eventmgr::codec::websocket
