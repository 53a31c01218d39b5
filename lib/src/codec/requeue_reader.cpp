#include "codec/redelivery_reader.hpp"
#include "core/topic_levels.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::size_t max_body_bytes = 8U << 20U;  // of a patch; the transport's limit may be less
constexpr std::size_t max_name_bytes = 255;
constexpr std::size_t max_reason_bytes = 4096;
constexpr std::uint64_t max_count = (std::uint64_t{1} << 53U) - 1;

constexpr std::string_view moment_rule = R"(must be a time, or a duration back as "5m")";

bool is_fingerprint(std::string_view text) noexcept {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 16 && std::ranges::all_of(text, is_digit);
}

/// The text of an object; empty if it has no members.
std::string read_patch(value_reader& values, std::string_view value, const std::string& pointer) {
  if (value.front() != '{') {
    values.fault(pointer, "must be an object: a merge patch of the payload");
    return {};
  }
  return value == "{}" ? std::string{} : std::string{value};
}

enum class patch_member : std::uint8_t { patch };
constexpr name_table<patch_member, 1> patch_names{{"patch"}};

// The filters come first, in the order of `letter_reader::clause`.
enum class purge_member : std::uint8_t { limit = 8, dry_run };
constexpr name_table<purge_member, 10> purge_names{
    {"ids", "subscription", "topic", "type", "reason", "fingerprint", "since", "until", "limit", "dryRun"}};

}  // namespace

void letter_reader::read(clause which, std::string_view value, const std::string& pointer) {
  switch (which) {
    case clause::ids:
      return read_ids(value, pointer);
    case clause::subscription:
      made_.subscription = values_.text(value, pointer, 1, max_name_bytes);
      return;
    case clause::topic:
      if (const auto text = values_.text(value, pointer, 0, SIZE_MAX)) {
        auto pattern = topic_pattern::parse(*text);
        if (!pattern) return values_.fault(pointer, std::string{fault_of_levels(*text, wildcards::allowed)});
        made_.topic = std::move(*pattern);
      }
      return;
    case clause::type:
      made_.type = values_.text(value, pointer, 1, max_name_bytes);
      return;
    case clause::reason:
      made_.reason = values_.text(value, pointer, 1, max_reason_bytes);
      return;
    case clause::fingerprint:
      made_.fingerprint = values_.text(value, pointer, 0, SIZE_MAX);
      if (made_.fingerprint && !is_fingerprint(*made_.fingerprint)) {
        values_.fault(pointer, "must be 16 hexadecimal digits");
      }
      return;
    case clause::since:
      made_.since = moment(value, pointer);
      return;
    case clause::until:
      made_.until = moment(value, pointer);
      return;
  }
}

void letter_reader::read_ids(std::string_view value, const std::string& pointer) {
  values_.elements(value, pointer, dead_letter_query::max_ids, "must be a list of ids",
                   [&](std::string_view element, const std::string& place) {
                     if (const auto id = values_.choice(element, place, dead_letter_id::parse, "must be a UUID")) {
                       made_.ids.push_back(*id);
                     }
                   });
  // None would mean all.
  if (value == "[]") values_.fault(pointer, "must not be empty");
}

std::optional<time_point> letter_reader::moment(std::string_view value, const std::string& pointer) {
  const auto read = [this](std::string_view text) -> std::optional<time_point> {
    if (const auto at = parse_rfc3339(text)) return at;
    if (const auto back = parse_duration(text)) return now_ - *back;
    return std::nullopt;
  };
  return values_.choice(value, pointer, read, moment_rule);
}

result<requeue_body> requeue_reader::read(std::string_view object) {
  values_.members(object, "", names, [&](member which, std::string_view value, const std::string& pointer) {
    read_member(which, value, pointer);
  });
  if (!problems_.empty()) return invalid_request("the request to requeue", std::move(problems_));
  made_.request.which = letters_.take();
  return std::move(made_);
}

void requeue_reader::read_member(member which, std::string_view value, const std::string& pointer) {
  requeue_request& request = made_.request;
  switch (which) {
    case member::limit:
      request.limit = values_.number(value, pointer, 1, max_count);
      return;
    case member::canary:
      request.canary = static_cast<std::uint32_t>(
          values_.number(value, pointer, 0, requeue_request::max_canary).value_or(request.canary));
      return;
    case member::rate:
      request.rate_per_second = values_.rate(value, pointer, requeue_request::min_rate, requeue_request::max_rate)
                                    .value_or(request.rate_per_second);
      return;
    case member::stop_on_failures:
      request.stop_on_failures = values_.number(value, pointer, 0, max_count).value_or(request.stop_on_failures);
      return;
    case member::patch:
      request.patch = read_patch(values_, value, pointer);
      return;
    case member::dry_run:
      made_.dry_run = values_.flag(value, pointer).value_or(false);
      return;
  }
  letters_.read(static_cast<letter_reader::clause>(which), value, pointer);
}

result<std::string> parse_requeue_patch(std::string_view json) {
  constexpr std::string_view subject = "the request to requeue";
  if (json.find_first_not_of(" \t\r\n") == std::string_view::npos) return std::string{};
  const auto compact = compact_body(json, subject, max_body_bytes);
  if (!compact) return compact.error();
  std::vector<problem> problems;
  value_reader values{problems};
  std::string patch;
  values.members(*compact, "", patch_names, [&](patch_member, std::string_view value, const std::string& pointer) {
    patch = read_patch(values, value, pointer);
  });
  if (!problems.empty()) return invalid_request(subject, std::move(problems));
  return patch;
}

result<requeue_body> parse_requeue(std::string_view json, time_point now) {
  const auto compact = compact_body(json, "the request to requeue", max_body_bytes);
  if (!compact) return compact.error();
  return requeue_reader{value_reader::origin::client, now}.read(*compact);
}

result<purge_body> parse_purge(std::string_view json, time_point now) {
  constexpr std::string_view subject = "the request to discard";
  const auto compact = compact_body(json, subject, max_body_bytes);
  if (!compact) return compact.error();
  std::vector<problem> problems;
  value_reader values{problems};
  letter_reader letters{values, now};
  purge_body made;
  values.members(*compact, "", purge_names,
                 [&](purge_member which, std::string_view value, const std::string& pointer) {
                   if (which == purge_member::limit) {
                     made.limit = values.number(value, pointer, 1, max_count);
                   } else if (which == purge_member::dry_run) {
                     made.dry_run = values.flag(value, pointer).value_or(false);
                   } else {
                     letters.read(static_cast<letter_reader::clause>(which), value, pointer);
                   }
                 });
  if (!problems.empty()) return invalid_request(subject, std::move(problems));
  made.which = letters.take();
  return made;
}

result<requeue_request> check_requeue(const requeue_request& request) {
  requeue_request checked = request;
  if (!request.patch.empty()) {
    auto patch = compact_body(request.patch, "the patch", max_body_bytes);
    if (!patch) {
      failure why = patch.error();
      for (problem& fault : why.details) fault.pointer.insert(0, "/patch");
      return why;
    }
    checked.patch = std::move(*patch);
  }
  std::string text;
  object_writer object{text};
  write_members(object, checked);
  object.end();
  auto body = parse_requeue(text, time_point{});
  if (!body) return body.error();
  return std::move(body->request);
}

}  // namespace eventmgr::codec
