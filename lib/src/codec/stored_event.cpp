#include "codec/stored_event.hpp"

#include "codec/json_document.hpp"
#include "codec/member_list.hpp"
#include "codec/metadata.hpp"
#include "codec/problems.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::uint32_t text_depth = 1024;

class stored_reader {
 public:
  explicit stored_reader(std::span<member> members) noexcept : members_{members} {}

  result<event> read() {
    event made;
    made.id = required("id", event_id::parse);
    made.type = text("type");
    made.source = text("source");
    made.topic = topic_name::trusted(text("topic"));
    made.version = text("version");
    made.priority = required("priority", parse_priority);
    made.timestamp = required("timestamp", parse_rfc3339);
    made.payload = object("payload");
    made.metadata = object("metadata");
    if (!made.metadata.empty()) made.expires_at = check_metadata(made.metadata, problems_);
    made.correlation_id = optional_id("correlationId");
    made.causation_id = optional_id("causationId");
    if (const member* key = find("orderingKey"); key != nullptr && is_string(key)) made.ordering_key = key->text;
    if (find("deliverAt") != nullptr) made.deliver_at = required("deliverAt", parse_rfc3339);
    made.partition.value = number<std::uint16_t>("partition");
    made.seq.value = number<std::uint64_t>("seq");
    made.received_at = required("receivedAt", parse_rfc3339);
    if (!problems_.empty()) return invalid_event(std::move(problems_));
    return made;
  }

 private:
  member* find(std::string_view key) noexcept {
    const auto found = std::ranges::find(members_, key, &member::key);
    return found == members_.end() ? nullptr : &*found;
  }

  static bool is_string(const member* given) noexcept { return given != nullptr && given->kind == json_kind::string; }

  void report(std::string_view key, std::string message) {
    report_problem(problems_, pointer_to(key), std::move(message));
  }

  std::string text(std::string_view key) {
    const member* given = find(key);
    if (is_string(given)) return std::string{given->text};
    report(key, "must be a string");
    return {};
  }

  /// A string that `parse` makes a value of.
  template <class Parse>
  auto required(std::string_view key, Parse parse) -> typename decltype(parse(key))::value_type {
    const member* given = find(key);
    if (is_string(given)) {
      if (const auto value = parse(given->text)) return *value;
    }
    report(key, "is missing, or not what an event has there");
    return {};
  }

  std::optional<event_id> optional_id(std::string_view key) {
    if (find(key) == nullptr) return std::nullopt;
    return required(key, event_id::parse);
  }

  std::string object(std::string_view key) {
    member* given = find(key);
    if (given != nullptr && given->kind == json_kind::object) return std::move(given->compact);
    report(key, "must be an object");
    return {};
  }

  template <class T>
  T number(std::string_view key) {
    T value{};
    if (const member* given = find(key); given != nullptr && given->kind == json_kind::number) {
      const char* const end = given->text.data() + given->text.size();
      const auto [at, error] = std::from_chars(given->text.data(), end, value);
      if (error == std::errc{} && at == end) return value;
    }
    report(key, "must be a whole number");
    return {};
  }

  std::span<member> members_;
  std::vector<problem> problems_;
};

}  // namespace

result<event> parse_event_json(std::string& text) {
  add_padding(text);
  json_document document{text};
  simdjson::ondemand::object object;
  if (!document.is_open() || document.root().get_object().get(object) != simdjson::SUCCESS) return malformed(text);
  member_list members;
  if (members.read(object, text_depth) == read_outcome::malformed || !document.at_end()) return malformed(text);
  return stored_reader{members.members()}.read();
}

}  // namespace eventmgr::codec
