#include "codec/delivery_codec.hpp"

#include "codec/handler_report.hpp"
#include "codec/start_point_codec.hpp"
#include "codec/value_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::size_t max_call_bytes = 8U << 20U;  // of acknowledgements with words; the transport's limit may be less
constexpr std::size_t max_ack_id_bytes = 256;
constexpr std::uint64_t max_keep = (std::uint64_t{1} << 53U) - 1;

bool is_blank(std::string_view text) noexcept { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::optional<resume_mode> parse_resume_mode(std::string_view text) noexcept {
  constexpr name_table<resume_mode, 3> names{{"drain", "skip", "last"}};
  return names.find(text);
}

enum class resume_member : std::uint8_t { mode, n };
constexpr name_table<resume_member, 2> resume_names{{"mode", "n"}};

enum class seek_member : std::uint8_t { time, position, seq };
constexpr name_table<seek_member, 3> seek_names{{"time", "position", "seq"}};

enum class pull_member : std::uint8_t { max, wait };
constexpr name_table<pull_member, 2> pull_names{{"max", "waitMs"}};

enum class ack_member : std::uint8_t { ack_ids, results };
constexpr name_table<ack_member, 2> ack_names{{"ackIds", "results"}};

enum class result_member : std::uint8_t { ack_id, success, retry, error, metadata };
constexpr name_table<result_member, 5> result_names{{"ackId", "success", "retry", "error", "metadata"}};

class ack_reader {
 public:
  void read(std::string_view object) {
    values_.members(object, "", ack_names, [&](ack_member which, std::string_view value, const std::string& pointer) {
      if (which == ack_member::ack_ids) {
        values_.elements(value, pointer, max_acknowledgements, "must be a list of ackIds",
                         [&](std::string_view element, const std::string& place) { take_id(element, place); });
      } else {
        values_.elements(value, pointer, max_acknowledgements, "must be a list of results",
                         [&](std::string_view element, const std::string& place) { take_result(element, place); });
      }
    });
    if (values_.has_faults()) return;
    if (made_.empty()) values_.fault("", "must have ackIds or results");
    if (made_.size() > max_acknowledgements) {
      values_.fault("", "must not have more than " + std::to_string(max_acknowledgements) + " acknowledgements");
    }
  }

  result<std::vector<acknowledgement>> finish() {
    if (values_.has_faults()) return invalid_request("the acknowledgement", std::move(problems_));
    return std::move(made_);
  }

 private:
  void take_id(std::string_view value, const std::string& pointer) {
    if (auto id = values_.text(value, pointer, 1, max_ack_id_bytes)) made_.push_back({.ack_id = std::move(*id)});
  }

  void take_result(std::string_view object, const std::string& pointer) {
    acknowledgement made;
    bool has_id = false;
    values_.members(object, pointer, result_names,
                    [&](result_member which, std::string_view value, const std::string& place) {
                      has_id = has_id || which == result_member::ack_id;
                      take_member(which, value, place, made);
                    });
    if (object.front() == '{' && !has_id) values_.fault(pointer + "/ackId", "is required");
    made_.push_back(std::move(made));
  }

  void take_member(result_member which, std::string_view value, const std::string& pointer, acknowledgement& made) {
    switch (which) {
      case result_member::ack_id:
        made.ack_id = values_.text(value, pointer, 1, max_ack_id_bytes).value_or(std::string{});
        return;
      case result_member::success:
        made.success = values_.flag(value, pointer).value_or(true);
        return;
      case result_member::retry:
        made.retry = values_.flag(value, pointer).value_or(true);
        return;
      case result_member::error:
        made.error = error_words(value);
        return;
      case result_member::metadata:
        made.metadata = kept_metadata(value);
        if (made.metadata.empty() && value != "{}" && value != "null") {
          values_.fault(pointer, "must be an object of at most 4 KiB");
        }
        return;
    }
  }

  std::vector<problem> problems_;
  value_reader values_{problems_};
  std::vector<acknowledgement> made_;
};

}  // namespace

result<resume_body> parse_resume(std::string_view json) {
  constexpr std::string_view subject = "the request to resume";
  resume_body made;
  if (is_blank(json)) return made;
  const auto compact = compact_body(json, subject, max_call_bytes);
  if (!compact) return compact.error();
  std::vector<problem> problems;
  value_reader values{problems};
  std::optional<std::uint64_t> keep;
  values.members(*compact, "", resume_names, [&](resume_member which, std::string_view value, const std::string& at) {
    if (which == resume_member::mode) {
      made.mode = values.choice(value, at, parse_resume_mode, "must be drain, skip or last").value_or(made.mode);
    } else {
      keep = values.number(value, at, 1, max_keep);
    }
  });
  if (problems.empty() && keep.has_value() != (made.mode == resume_mode::last)) {
    values.fault("/n", keep ? "only goes with the mode last" : "is required with the mode last");
  }
  if (!problems.empty()) return invalid_request(subject, std::move(problems));
  made.keep = keep.value_or(0);
  return made;
}

result<start_point> parse_seek(std::string_view json, time_point now) {
  constexpr std::string_view subject = "the request to seek";
  const auto compact = compact_body(json, subject, max_call_bytes);
  if (!compact) return compact.error();
  std::vector<problem> problems;
  value_reader values{problems};
  std::optional<start_point> target;
  std::size_t given = 0;
  values.members(*compact, "", seek_names, [&](seek_member which, std::string_view value, const std::string& at) {
    ++given;
    if (which == seek_member::seq) {
      if (const auto seq = values.number(value, at, 0, UINT64_MAX)) target = offset{*seq};
    } else if (which == seek_member::position) {
      if (auto place = values.choice(value, at, parse_position, "must be a position")) target = std::move(*place);
    } else {
      target = value.front() == '"' ? read_start_point(value, now) : std::nullopt;
      const bool is_place = target && std::holds_alternative<position>(*target);
      if (!target || is_place) values.fault(at, R"(must be a time, a duration back as "5m", "now" or "earliest")");
    }
  });
  if (problems.empty() && given != 1) values.fault("", "must have one of time, position and seq");
  if (!target || !problems.empty()) return invalid_request(subject, std::move(problems));
  return std::move(*target);
}

result<pull_body> parse_pull(std::string_view json) {
  constexpr std::string_view subject = "the request to pull";
  pull_body made;
  if (is_blank(json)) return made;
  const auto compact = compact_body(json, subject, max_call_bytes);
  if (!compact) return compact.error();
  std::vector<problem> problems;
  value_reader values{problems};
  values.members(*compact, "", pull_names, [&](pull_member which, std::string_view value, const std::string& at) {
    if (which == pull_member::max) {
      made.max = static_cast<std::uint32_t>(values.number(value, at, 1, pull_body::max_max).value_or(made.max));
    } else {
      made.wait = values.duration(value, at, std::chrono::milliseconds{0}, pull_body::max_wait).value_or(made.wait);
    }
  });
  if (!problems.empty()) return invalid_request(subject, std::move(problems));
  return made;
}

result<std::vector<acknowledgement>> parse_acknowledgements(std::string_view json) {
  const auto compact = compact_body(json, "the acknowledgement", max_call_bytes);
  if (!compact) return compact.error();
  ack_reader reader;
  reader.read(*compact);
  return reader.finish();
}

}  // namespace eventmgr::codec
