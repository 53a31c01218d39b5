#include "codec/filter_codec.hpp"
#include "transport/common/time_parameter.hpp"
#include "transport/ws/ws_message.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace eventmgr::transport {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view not_supported = "is not supported by this release";

// What may be read past the end of a message.
constexpr std::size_t readable_past_end = 64;
static_assert(readable_past_end >= simdjson::SIMDJSON_PADDING);

// The members that any message may have; one bit each.
enum : std::uint32_t {
  has_type = 1U << 0U,
  has_id = 1U << 1U,
  has_topic = 1U << 2U,
  has_since = 1U << 3U,
  has_filter = 1U << 4U,
  has_options = 1U << 5U,
  has_durable = 1U << 6U,
  has_event = 1U << 7U,
  has_subscription = 1U << 8U,
  has_ack_ids = 1U << 9U,
  has_retry = 1U << 10U,
  has_error = 1U << 11U,
};

struct member_name {
  std::string_view text;
  std::uint32_t bit;
};

constexpr std::array member_names{
    member_name{"type", has_type},
    member_name{"id", has_id},
    member_name{"topic", has_topic},
    member_name{"since", has_since},
    member_name{"filter", has_filter},
    member_name{"options", has_options},
    member_name{"durable", has_durable},
    member_name{"event", has_event},
    member_name{"subscription", has_subscription},
    member_name{"ackIds", has_ack_ids},
    member_name{"retry", has_retry},
    member_name{"error", has_error},
};

struct message_type {
  std::string_view text;
  std::uint32_t required;
  std::uint32_t optional;
};

constexpr std::array message_types{
    message_type{"subscribe", has_id | has_topic, has_since | has_filter | has_options | has_durable},
    message_type{"unsubscribe", has_id, 0},
    message_type{"publish", has_id | has_event, 0},
    message_type{"ping", 0, has_id},
    message_type{"ack", 0, has_id | has_subscription | has_ack_ids},
    message_type{"nack", 0, has_id | has_subscription | has_ack_ids | has_retry | has_error},
};

/// A name as JSON Pointer spells it (RFC 6901), cut where it is longer than anyone would read.
std::string pointer_token(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, 100)) {
    if (c == '~' || c == '/') {
      out += c == '~' ? "~0" : "~1";
    } else {
      out += c;
    }
  }
  return out;
}

/// Reads one message, member by member, in whatever order they come.
class request_reader {
 public:
  explicit request_reader(time_point now) : now_{now} {}

  ws_request read(std::string& text) {
    // simdjson's parser keeps its buffers, which grow to the largest message the thread has seen.
    thread_local ondemand::parser parser;
    ondemand::document document;
    const simdjson::padded_string_view padded{text.data(), text.size(), text.size() + readable_past_end};
    if (parser.iterate(padded).get(document) || !read_members(document)) return malformed();
    return finish();
  }

 private:
  /// False if the text is no JSON, as far as that matters.
  bool read_members(ondemand::document& document) {
    ondemand::object object;
    if (const auto error = document.get_object().get(object)) {
      if (error != simdjson::INCORRECT_TYPE) return false;
      add_problem("", "must be an object");
      return true;
    }
    for (auto item : object) {
      ondemand::field field;
      std::string_view name;
      if (std::move(item).get(field) || field.unescaped_key().get(name)) return false;
      if (!read_member(std::string{name}, field.value())) return false;
    }
    const char* after = nullptr;
    return document.current_location().get(after) == simdjson::OUT_OF_BOUNDS;
  }

  bool read_member(const std::string& name, ondemand::value value) {
    const auto* const known =
        std::ranges::find_if(member_names, [&](const member_name& item) { return item.text == name; });
    if (known == member_names.end()) {
      add_problem(pointer_token(name), "is not known");
      return true;
    }
    if ((seen_ & known->bit) != 0) add_problem(name, "is given twice");
    seen_ |= known->bit;
    switch (known->bit) {
      case has_type:
        return read_string(name, value, type_);
      case has_id:
        return read_id(value);
      case has_topic:
        return read_topics(value);
      case has_since:
        return read_since(value);
      case has_event:
        return read_event(value);
      case has_filter:
        return read_filter(value);
      case has_options:
        return require_empty(name, value);
      case has_durable:
        add_problem(name, std::string{not_supported});
        return true;
      default:
        return true;  // of ack and nack, which are refused as such
    }
  }

  bool read_string(const std::string& name, ondemand::value value, std::string& into) {
    std::string_view text;
    const auto error = value.get_string().get(text);
    if (error == simdjson::INCORRECT_TYPE) add_problem(name, "must be a string");
    into = error ? std::string_view{} : text;
    return !error || error == simdjson::INCORRECT_TYPE;
  }

  bool read_id(ondemand::value value) {
    std::string text;
    if (!read_string("id", value, text)) return false;
    if (text.empty() || text.size() > ws_request::max_id_bytes) {
      add_problem("id", "must be a string of 1 to " + std::to_string(ws_request::max_id_bytes) + " bytes");
    } else {
      id_ = std::move(text);
    }
    return true;
  }

  bool read_topics(ondemand::value value) {
    ondemand::array list;
    const auto error = value.get_array().get(list);
    if (error == simdjson::INCORRECT_TYPE) return read_topic("topic", value);
    if (error) return false;
    std::size_t index = 0;
    for (auto item : list) {
      ondemand::value element;
      if (std::move(item).get(element)) return false;  // NOLINT(performance-move-const-arg): get() takes rvalues only
      if (index == ws_request::max_topics) {
        add_problem("topic", "has more than " + std::to_string(ws_request::max_topics) + " patterns");
        break;
      }
      if (!read_topic("topic/" + std::to_string(index++), element)) return false;
    }
    if (index == 0) add_problem("topic", "is empty");
    return true;
  }

  bool read_topic(const std::string& name, ondemand::value value) {
    std::string_view text;
    const auto error = value.get_string().get(text);
    if (error == simdjson::INCORRECT_TYPE) {
      add_problem(name, name == "topic" ? "must be a string or a list of strings" : "must be a string");
      return true;
    }
    if (error) return false;
    auto pattern = topic_pattern::parse(text);
    if (pattern.has_error()) {
      add_problem(name, pattern.error().message);
    } else {
      topics_.push_back(std::move(*pattern));
    }
    return true;
  }

  bool read_since(ondemand::value value) {
    ondemand::json_type type{};
    if (value.type().get(type)) return false;
    std::optional<start_point> start;
    if (type == ondemand::json_type::string) {
      std::string_view text;
      if (value.get_string().get(text)) return false;
      start = parse_start(text, now_);
    } else if (type == ondemand::json_type::object) {
      ondemand::object object;
      if (value.get_object().get(object) || !read_place(object, start)) return false;
    }
    if (start) {
      start_ = std::move(*start);
    } else {
      add_problem("since", R"(must be a time, a duration as "5m", {"seq":number} or {"position":string})");
    }
    return true;
  }

  /// `{"seq":n}` or `{"position":p}`; anything else leaves `start` empty. False if it is no JSON.
  static bool read_place(ondemand::object object, std::optional<start_point>& start) {
    std::size_t members = 0;
    for (auto item : object) {
      ondemand::field field;
      std::string_view name;
      if (std::move(item).get(field) || field.unescaped_key().get(name)) return false;
      ++members;
      std::uint64_t seq = 0;
      std::string_view text;
      if (name == "seq" && !field.value().get_uint64().get(seq)) {
        start = offset{seq};
      } else if (name == "position" && !field.value().get_string().get(text)) {
        if (auto place = parse_position(text)) start = std::move(*place);
      }
    }
    if (members != 1) start.reset();
    return true;
  }

  bool read_event(ondemand::value value) {
    ondemand::object object;
    const auto error = value.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE) {
      add_problem("event", "must be an object");
      return true;
    }
    std::string_view raw;
    if (error || object.raw_json().get(raw)) return false;
    event_.reserve(raw.size() + readable_past_end);
    event_.assign(raw);
    return true;
  }

  bool read_filter(ondemand::value value) {
    ondemand::object object;
    const auto error = value.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE) {
      add_problem("filter", "must be an object");
      return true;
    }
    std::string_view raw;
    if (error || object.raw_json().get(raw)) return false;
    auto filter = codec::parse_filter(raw);
    if (filter.has_value()) {
      filter_ = std::move(*filter);
      return true;
    }
    const failure why = filter.error();
    for (const problem& fault : why.details) add_problem(fault.pointer.substr(1), fault.message);
    return why.code != errc::malformed_json;
  }

  /// What says nothing is accepted, as in the examples of the protocol.
  bool require_empty(const std::string& name, ondemand::value value) {
    ondemand::object object;
    const auto error = value.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE) {
      add_problem(name, "must be an object");
      return true;
    }
    bool empty = false;
    if (error || object.is_empty().get(empty)) return false;
    if (!empty) add_problem(name, std::string{not_supported});
    return true;
  }

  ws_request finish() {
    if ((seen_ & has_type) == 0 && problems_.empty()) add_problem("type", "is required");
    const auto* const type =
        std::ranges::find_if(message_types, [&](const message_type& item) { return item.text == type_; });
    if (type == message_types.end()) {
      if (problems_.empty()) {
        add_problem("type", "must be subscribe, unsubscribe, publish or ping");
      }
    } else {
      check_members(*type);
    }
    if (!problems_.empty()) return refused();
    return {.id = std::move(id_), .command = command(*type)};
  }

  void check_members(const message_type& type) {
    if (type.text == "ack" || type.text == "nack") {
      problems_.clear();
      add_problem("type",
                  "an ephemeral subscription takes no acknowledgements, and durable ones are not supported by "
                  "this release");
      return;
    }
    for (const member_name& member : member_names) {
      if (member.bit == has_type) continue;
      const bool seen = (seen_ & member.bit) != 0;
      if (!seen && (type.required & member.bit) != 0) add_problem(std::string{member.text}, "is required");
      if (seen && ((type.required | type.optional) & member.bit) == 0) {
        add_problem(std::string{member.text}, "does not belong to this type of message");
      }
    }
  }

  ws_command command(const message_type& type) {
    if (type.text == "subscribe") {
      return ws_subscribe{.topics = std::move(topics_), .start = std::move(start_), .filter = std::move(filter_)};
    }
    if (type.text == "unsubscribe") return ws_unsubscribe{};
    if (type.text == "publish") return ws_publish{.event = std::move(event_)};
    return ws_ping{};
  }

  ws_request refused() {
    std::string message = "the message is not valid: ";
    const problem& first = problems_.front();
    message += first.pointer.empty() ? "it" : first.pointer.substr(1);
    message += ' ';
    message += first.message;
    return {.id = std::move(id_),
            .command =
                failure{.code = errc::invalid_request, .message = std::move(message), .details = std::move(problems_)}};
  }

  ws_request malformed() {
    return {.id = std::move(id_),
            .command = failure{.code = errc::malformed_json, .message = "the message is not JSON"}};
  }

  void add_problem(const std::string& name, std::string message) {
    // A message may hold a great many faults; as many as anyone would read are told.
    constexpr std::size_t max_problems = 32;
    if (problems_.size() == max_problems) return;
    problems_.push_back({.pointer = name.empty() ? "" : "/" + name, .message = std::move(message)});
  }

  const time_point now_;
  std::uint32_t seen_{0};
  std::string type_;
  std::string id_;
  std::vector<topic_pattern> topics_;
  start_point start_{start_now{}};
  event_filter filter_;
  std::string event_;
  std::vector<problem> problems_;
};

}  // namespace

ws_request parse_ws_request(std::string& text, time_point now) { return request_reader{now}.read(text); }

}  // namespace eventmgr::transport
