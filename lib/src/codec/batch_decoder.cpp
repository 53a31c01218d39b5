#include "codec/event_decoder.hpp"
#include "codec/json_document.hpp"
#include "codec/object_decoder.hpp"
#include "codec/problems.hpp"

#include <utility>

namespace eventmgr::codec {
namespace {

failure too_many(std::uint32_t max_batch) {
  return {errc::too_large, "a batch holds at most " + std::to_string(max_batch) + " events"};
}

/// Reads the events of a document, or why it is no batch.
class batch_reader {
 public:
  batch_reader(std::string_view text, event_form form, const decode_options& options) noexcept
      : text_{text}, form_{form}, options_{options} {}

  result<std::vector<decoded_event>> read_array() {
    json_document document{text_};
    simdjson::ondemand::array array;
    if (!document.is_open() || document.root().get_array().get(array) != simdjson::SUCCESS) return wrong_form();
    return end(document, read_elements(array));
  }

  result<std::vector<decoded_event>> read_wrapper() {
    json_document document{text_};
    simdjson::ondemand::object object;
    if (!document.is_open() || document.root().get_object().get(object) != simdjson::SUCCESS) return wrong_form();
    return end(document, read_members(object));
  }

 private:
  enum class outcome : std::uint8_t { complete, malformed, too_many };

  /// The root is no array or object: is it JSON at all?
  failure wrong_form() const {
    if (!is_json(text_)) return malformed(text_);
    return {errc::invalid_request, "a batch is an array of events, or an object with the array \"events\""};
  }

  result<std::vector<decoded_event>> end(json_document& document, outcome reached) {
    if (reached == outcome::too_many) return too_many(options_.max_batch);
    if (reached == outcome::malformed || !document.at_end()) return malformed(text_);
    if (!problems_.empty()) {
      const std::string message =
          "the batch is not valid: " + problems_.front().pointer + ' ' + problems_.front().message;
      return failure{errc::invalid_request, message, std::move(problems_)};
    }
    return std::move(events_);
  }

  outcome read_members(simdjson::ondemand::object object) {
    bool seen = false;
    for (auto item : object) {
      simdjson::ondemand::field field;
      std::string_view key;
      if (std::move(item).get(field) != simdjson::SUCCESS) return outcome::malformed;
      if (field.unescaped_key().get(key) != simdjson::SUCCESS) return outcome::malformed;
      simdjson::ondemand::value value = field.value();
      simdjson::ondemand::array array;
      const bool known = key == "events";
      if (!known || seen) {
        report_problem(problems_, pointer_to(key), known ? "is given more than once" : "is not a member of a batch");
        if (!skip_value(value)) return outcome::malformed;
        continue;
      }
      seen = true;
      simdjson::ondemand::json_type type{};
      if (value.type().get(type) != simdjson::SUCCESS) return outcome::malformed;
      if (type != simdjson::ondemand::json_type::array) {
        report_problem(problems_, "/events", "must be an array");
        if (!skip_value(value)) return outcome::malformed;
        continue;
      }
      if (value.get_array().get(array) != simdjson::SUCCESS) return outcome::malformed;
      if (const outcome reached = read_elements(array); reached != outcome::complete) return reached;
    }
    if (!seen) report_problem(problems_, "/events", "is required");
    return outcome::complete;
  }

  outcome read_elements(simdjson::ondemand::array array) {
    for (auto item : array) {
      simdjson::ondemand::value value;
      if (item.get(value) != simdjson::SUCCESS) return outcome::malformed;
      if (events_.size() == options_.max_batch) return outcome::too_many;
      simdjson::ondemand::json_type type{};
      if (value.type().get(type) != simdjson::SUCCESS) return outcome::malformed;
      if (type != simdjson::ondemand::json_type::object) {
        if (!skip_value(value)) return outcome::malformed;
        events_.emplace_back(not_an_object());
        continue;
      }
      simdjson::ondemand::object object;
      if (value.get_object().get(object) != simdjson::SUCCESS) return outcome::malformed;
      object_outcome decoded = decode_object(object, form_, options_);
      if (decoded.read == read_outcome::malformed) return outcome::malformed;
      events_.push_back(std::move(decoded.decoded));
    }
    return outcome::complete;
  }

  std::string_view text_;
  event_form form_;
  const decode_options& options_;
  std::vector<decoded_event> events_;
  std::vector<problem> problems_;
};

result<std::vector<decoded_event>> read_lines(std::string_view text, const decode_options& options) {
  std::vector<decoded_event> events;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (events.size() == options.max_batch) return too_many(options.max_batch);
    events.push_back(decode_document(line, event_form::either, options));
  }
  return events;
}

}  // namespace

result<std::vector<decoded_event>> decode_batch(std::string& body, batch_format format, const decode_options& options) {
  add_padding(body);
  switch (format) {
    case batch_format::ndjson:
      return read_lines(body, options);
    case batch_format::cloudevents_batch:
      return batch_reader{body, event_form::cloudevent, options}.read_array();
    case batch_format::json:
      break;
  }
  const std::size_t start = body.find_first_not_of(" \t\r\n");
  batch_reader reader{body, event_form::either, options};
  return start != std::string::npos && body[start] == '[' ? reader.read_array() : reader.read_wrapper();
}

}  // namespace eventmgr::codec
