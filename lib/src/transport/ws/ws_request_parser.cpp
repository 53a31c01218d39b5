#include "codec/filter_codec.hpp"
#include "codec/json_document.hpp"
#include "codec/member_list.hpp"
#include "codec/websocket_acknowledgement.hpp"
#include "transport/ws/ws_message.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace eventmgr::transport {

namespace {

namespace ondemand = simdjson::ondemand;

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
    message_type{"subscribe", has_id, has_topic | has_since | has_filter | has_options | has_durable},
    message_type{"unsubscribe", has_id, 0},
    message_type{"publish", has_id | has_event, 0},
    message_type{"ping", 0, has_id},
    message_type{"ack", has_subscription | has_ack_ids, has_id},
    message_type{"nack", has_subscription | has_ack_ids, has_id | has_retry | has_error},
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

/// The text of a value, of which only the extent is looked at. False if it has none.
bool take_text(ondemand::value value, std::string_view& into) {
  ondemand::json_type type{};
  if (value.type().get(type)) return false;
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    return !value.get_object().get(object) && !object.raw_json().get(into);
  }
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    return !value.get_array().get(array) && !array.raw_json().get(into);
  }
  into = value.raw_json_token();
  return true;
}

/// Reads one message, member by member, in whatever order they come.
class request_reader {
 public:
  explicit request_reader(const codec::definition_defaults& defaults) : defaults_{defaults} {}

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
        return read_name(name, value, id_);
      case has_topic:
        return take_text(value, texts_.topic);
      case has_since:
        return take_text(value, texts_.since);
      case has_filter:
        return take_text(value, texts_.filter);
      case has_options:
        return take_text(value, texts_.options);
      case has_durable:
        return take_text(value, texts_.durable);
      case has_event:
        return read_event(value);
      case has_subscription:
        return read_name(name, value, said_.subscription);
      case has_ack_ids:
        return read_ack_ids(name, value);
      case has_retry:
        return read_retry(name, value);
      default:
        return read_string(name, value, said_.error);
    }
  }

  bool read_string(const std::string& name, ondemand::value value, std::string& into) {
    std::string_view text;
    const auto error = value.get_string().get(text);
    if (error == simdjson::INCORRECT_TYPE) add_problem(name, "must be a string");
    into = error ? std::string_view{} : text;
    return !error || error == simdjson::INCORRECT_TYPE;
  }

  bool read_name(const std::string& name, ondemand::value value, std::string& into) {
    std::string text;
    if (!read_string(name, value, text)) return false;
    if (text.empty() || text.size() > ws_request::max_id_bytes) {
      add_problem(name, "must be a string of 1 to " + std::to_string(ws_request::max_id_bytes) + " bytes");
    } else {
      into = std::move(text);
    }
    return true;
  }

  bool read_ack_ids(const std::string& name, ondemand::value value) {
    std::string fault;
    const bool json = codec::websocket::read_ack_ids(value, said_.ids, fault);
    if (!fault.empty()) add_problem(name, std::move(fault));
    return json;
  }

  bool read_retry(const std::string& name, ondemand::value value) {
    const auto error = value.get_bool().get(said_.retry);
    if (error == simdjson::INCORRECT_TYPE) add_problem(name, "must be true or false");
    return !error || error == simdjson::INCORRECT_TYPE;
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

  ws_request finish() {
    if ((seen_ & has_type) == 0 && problems_.empty()) add_problem("type", "is required");
    const auto* const type =
        std::ranges::find_if(message_types, [&](const message_type& item) { return item.text == type_; });
    if (type != message_types.end()) {
      check_members(*type);
    } else if (problems_.empty()) {
      add_problem("type", "must be subscribe, unsubscribe, ack, nack, publish or ping");
    }
    ws_command command = ws_ping{};
    if (problems_.empty() && !make_command(*type, command)) return malformed();
    if (!problems_.empty()) return refused();
    return {.id = std::move(id_), .command = std::move(command)};
  }

  void check_members(const message_type& type) {
    for (const member_name& member : member_names) {
      if (member.bit == has_type) continue;
      const bool seen = (seen_ & member.bit) != 0;
      if (!seen && (type.required & member.bit) != 0) add_problem(std::string{member.text}, "is required");
      if (seen && ((type.required | type.optional) & member.bit) == 0) {
        add_problem(std::string{member.text}, "does not belong to this type of message");
      }
    }
  }

  /// False if a part of the message is no JSON.
  bool make_command(const message_type& type, ws_command& into) {
    if (type.text == "subscribe") return make_subscription(into);
    if (type.text == "ack" || type.text == "nack") {
      into = make_acknowledgement(type.text == "ack");
    } else if (type.text == "unsubscribe") {
      into = ws_unsubscribe{};
    } else if (type.text == "publish") {
      into = ws_publish{.event = std::move(event_)};
    }
    return true;
  }

  bool make_subscription(ws_command& into) {
    const bool durable = (seen_ & has_durable) != 0;
    if (!durable && (seen_ & has_topic) == 0) add_problem("topic", "is required without durable");
    auto definition = codec::parse_attachment(texts_, defaults_);
    if (definition.has_error()) {
      const failure why = definition.error();
      problems_.insert(problems_.end(), why.details.begin(), why.details.end());
      return why.code != errc::malformed_json;
    }
    if (durable) {
      into = ws_attach{.definition = std::move(*definition)};
      return true;
    }
    check_tail_options();
    into = ws_subscribe{.topics = std::move(definition->topics),
                        .start = std::move(definition->options.start_from),
                        .filter = tail_filter(*definition)};
    return true;
  }

  /// Most options are about events that wait to be acknowledged, which a tail has none of.
  void check_tail_options() {
    if (texts_.options.empty()) return;
    codec::json_document document{texts_.options};
    ondemand::object object;
    codec::member_list members;
    if (!document.is_open() || document.root().get_object().get(object)) return;
    if (members.read(object, max_options_depth) != codec::read_outcome::complete) return;
    for (const codec::member& option : members.members()) {
      if (std::ranges::find(tail_options, option.key) == tail_options.end()) {
        add_problem("options/" + pointer_token(option.key), "means something only to a durable subscription");
      }
    }
  }

  static event_filter tail_filter(const subscription_definition& wanted) {
    event_filter filter;
    if (!wanted.filter.empty()) filter = codec::parse_filter(wanted.filter).value();
    if (wanted.options.least_priority == priority::low) return filter;
    filter_clauses clauses = filter.clauses();
    clauses.priorities = clauses.priorities & priority_set::at_least(wanted.options.least_priority);
    return event_filter{std::move(clauses)};
  }

  ws_acknowledge make_acknowledgement(bool success) {
    ws_acknowledge made{.subscription = std::move(said_.subscription)};
    made.results.reserve(said_.ids.size());
    const std::string error = codec::websocket::cut_error(said_.error);
    for (std::string& id : said_.ids) {
      made.results.push_back({.ack_id = std::move(id), .success = success, .retry = said_.retry, .error = error});
    }
    return made;
  }

  ws_request refused() {
    std::string message = "the message is not valid: ";
    const problem& first = problems_.front();
    message += first.pointer.empty() ? "it" : first.pointer;
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

  // Of options: retryPolicy and maxBacklog are objects inside one.
  static constexpr std::uint32_t max_options_depth = 8;
  static constexpr std::array<std::string_view, 3> tail_options{"priority", "startFrom", "start_from"};

  const codec::definition_defaults& defaults_;
  std::uint32_t seen_{0};
  std::string type_;
  std::string id_;
  codec::attachment_texts texts_;
  codec::websocket::acknowledgement said_;
  std::string event_;
  std::vector<problem> problems_;
};

}  // namespace

ws_request parse_ws_request(std::string& text, const codec::definition_defaults& defaults) {
  return request_reader{defaults}.read(text);
}

}  // namespace eventmgr::transport
