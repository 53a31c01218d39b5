#include "transport/http/topic_body.hpp"

#include "core/topic_levels.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::transport {

namespace {

constexpr std::size_t max_description_bytes = 4096;
// More than there are names for; what is checked against one another is so few.
constexpr std::size_t max_members = 100;

// What a topic may be given in a later release: to accept it now would be to forget it.
constexpr std::array<std::string_view, 5> later{"schema", "schemaMode", "schema_mode", "retention", "requires"};

class body_reader {
 public:
  void read_member(std::string_view name, const simdjson::dom::element& value) {
    if (std::ranges::find(seen_, name) != seen_.end()) return reject(name, "is given more than once");
    seen_.emplace_back(name);
    if (name == "topic") return read_topic(value);
    if (name == "description") return read_description(value);
    const bool known_later = std::ranges::find(later, name) != later.end();
    reject(name, known_later ? "is not supported by this release" : "is not a known member");
  }

  result<topic_body> finish() && {
    if (problems_.empty()) return std::move(body_);
    return failure{
        .code = errc::invalid_request, .message = "the topic is not described well", .details = std::move(problems_)};
  }

 private:
  void read_topic(const simdjson::dom::element& value) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return reject("topic", "must be a string");
    auto topic = topic_name::parse(text);
    if (topic.has_error()) return reject("topic", std::string{fault_of_levels(text, wildcards::refused)});
    body_.topic = std::move(*topic);
  }

  void read_description(const simdjson::dom::element& value) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return reject("description", "must be a string");
    if (text.size() > max_description_bytes) return reject("description", "is longer than 4096 bytes");
    if (text.find('\0') != std::string_view::npos) return reject("description", "contains U+0000");
    body_.description = text;
  }

  void reject(std::string_view name, std::string message) {
    problems_.push_back({.pointer = "/" + std::string{name}, .message = std::move(message)});
  }

  topic_body body_;
  std::vector<std::string> seen_;
  std::vector<problem> problems_;
};

}  // namespace

result<topic_body> parse_topic_body(const std::string& json) {
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (const auto error =
          parser.parse(json.data(), json.size(), json.capacity() < json.size() + simdjson::SIMDJSON_PADDING)
              .get(root)) {
    return failure{.code = errc::malformed_json,
                   .message = std::string{"the body is not valid JSON: "} + simdjson::error_message(error)};
  }
  simdjson::dom::object members;
  if (root.get(members) != simdjson::SUCCESS) {
    return failure{.code = errc::invalid_request, .message = "the body must be a JSON object"};
  }
  if (members.size() > max_members) {
    return failure{.code = errc::invalid_request, .message = "the body has too many members"};
  }
  body_reader reader;
  for (const auto& member : members) reader.read_member(member.key, member.value);
  return std::move(reader).finish();
}

}  // namespace eventmgr::transport
