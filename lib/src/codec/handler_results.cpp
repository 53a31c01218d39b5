#include "codec/handler_results.hpp"

#include "codec/handler_report.hpp"
#include "codec/json_compact.hpp"
#include "codec/json_walk.hpp"
#include "codec/value_reader.hpp"
#include "core/letters.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace eventmgr::codec {
namespace {

constexpr std::uint32_t max_depth = 64;

std::optional<bool> truth(std::string_view value) noexcept {
  if (value == "true") return true;
  if (value == "false") return false;
  return std::nullopt;
}

/// A result as it stands in an answer. Of members that are repeated, or of the wrong kind, the last that is right
/// holds.
struct spoken_result {
  std::optional<bool> success{};
  bool retry{true};
  std::string error{};
  std::string metadata{};
  std::optional<event_id> event{};
  std::string_view results{};  ///< the list, if there is one

  handler_verdict verdict() const {
    const bool succeeded = success.value_or(true);
    return {.success = succeeded, .retry = retry, .error = succeeded ? std::string{} : error, .metadata = metadata};
  }
};

spoken_result read_result(std::string_view object) {
  spoken_result said;
  member_walker members{object};
  json_member member;
  while (members.next(member)) {
    const std::string name = unescape(member.raw_key);
    if (name == "success") {
      if (const auto value = truth(member.value)) said.success = value;
    } else if (name == "retry") {
      said.retry = truth(member.value).value_or(said.retry);
    } else if (name == "error") {
      said.error = error_words(member.value);
    } else if (name == "metadata") {
      said.metadata = kept_metadata(member.value);
    } else if (is_spelling_of(name, "eventId")) {
      said.event = event_id::parse(string_value(member.value).value_or(std::string{}));
    } else if (name == "results" && member.value.front() == '[') {
      said.results = member.value;
    }
  }
  return said;
}

/// The results of a list that say of which event they are, and whether it succeeded.
std::unordered_map<event_id, handler_verdict> read_list(std::string_view list) {
  std::unordered_map<event_id, handler_verdict> found;
  element_walker elements{list};
  std::string_view element;
  while (elements.next(element)) {
    if (element.front() != '{') continue;
    const spoken_result said = read_result(element);
    if (!said.event || !said.success) continue;
    const auto [at, is_new] = found.try_emplace(*said.event);
    if (is_new || !*said.success) at->second = said.verdict();
  }
  return found;
}

}  // namespace

std::vector<handler_verdict> parse_handler_results(std::string_view body, std::span<const event_id> events) {
  std::vector<handler_verdict> verdicts(events.size());
  // Most answers are empty, or no object.
  const std::size_t start = body.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || body[start] != '{' || body.size() > max_handler_result_bytes) return verdicts;
  std::string compact;
  if (!is_utf8(body) || append_compact(compact, body, max_depth).fault != json_fault::none) return verdicts;

  const spoken_result top = read_result(compact);
  if (!top.success && top.results.empty()) return verdicts;
  std::ranges::fill(verdicts, top.verdict());
  if (top.results.empty()) return verdicts;
  const auto listed = read_list(top.results);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (const auto found = listed.find(events[i]); found != listed.end()) verdicts[i] = found->second;
  }
  return verdicts;
}

}  // namespace eventmgr::codec
