#include "codec/metadata.hpp"

#include "codec/json_compact.hpp"
#include "codec/json_walk.hpp"
#include "codec/json_writer.hpp"
#include "codec/problems.hpp"
#include "core/letters.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace eventmgr {
namespace codec {
namespace {

enum class known : std::uint8_t { project_id, user_id, session_id, tags, retry_count, max_retries, expires_at };

struct known_name {
  std::string_view camel;
  std::string_view snake;
};

// By the value of `known`.
constexpr std::array<known_name, 7> known_names{{{"projectId", "project_id"},
                                                 {"userId", "user_id"},
                                                 {"sessionId", "session_id"},
                                                 {"tags", "tags"},
                                                 {"retryCount", "retry_count"},
                                                 {"maxRetries", "max_retries"},
                                                 {"expiresAt", "expires_at"}}};

constexpr std::uint32_t text_depth = 1024;

std::optional<known> find_known(std::string_view raw_key) {
  if (raw_key.find('\\') != std::string_view::npos) {
    const std::string key = unescape(raw_key);
    return key.find('\\') == std::string::npos ? find_known(key) : std::nullopt;
  }
  for (std::size_t i = 0; i < known_names.size(); ++i) {
    if (raw_key == known_names[i].camel || raw_key == known_names[i].snake) return static_cast<known>(i);
  }
  return std::nullopt;
}

/// A whole number from 0 to the greatest `int`, spelt without fraction or exponent.
std::optional<int> count_value(std::string_view value) noexcept {
  int count = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
  if (error != std::errc{} || end != value.data() + value.size() || count < 0) return std::nullopt;
  return count;
}

/// Reads the known members. `facts` may be null: then they are only checked.
class metadata_reader {
 public:
  metadata_reader(metadata* facts, std::vector<problem>& problems) noexcept : facts_{facts}, problems_{problems} {}

  void read(std::string_view compact) {
    member_walker members{compact};
    json_member member;
    while (members.next(member)) {
      const auto which = find_known(member.raw_key);
      if (!which) continue;
      const known_name& name = known_names[static_cast<std::size_t>(*which)];
      if (member.raw_key != name.camel) respelt_ = true;
      const unsigned bit = 1U << static_cast<unsigned>(*which);
      if ((seen_ & bit) != 0) {
        report_problem(problems_, pointer_of(*which), "is given more than once");
        continue;
      }
      seen_ |= bit;
      read_known(*which, member.value);
    }
  }

  /// Whether a known member is not spelt by its camelCase name, letter by letter.
  bool respelt() const noexcept { return respelt_; }
  std::optional<time_point> expires_at() const noexcept { return expires_at_; }

 private:
  static std::string pointer_of(known which) {
    return "/metadata/" + std::string{known_names[static_cast<std::size_t>(which)].camel};
  }

  void read_known(known which, std::string_view value) {
    switch (which) {
      case known::project_id:
        read_string(which, value, &metadata::project_id);
        break;
      case known::user_id:
        read_string(which, value, &metadata::user_id);
        break;
      case known::session_id:
        read_string(which, value, &metadata::session_id);
        break;
      case known::tags:
        read_tags(value);
        break;
      case known::retry_count:
        read_count(which, value, &metadata::retry_count);
        break;
      case known::max_retries:
        read_count(which, value, &metadata::max_retries);
        break;
      case known::expires_at:
        read_expiry(value);
        break;
    }
  }

  void read_string(known which, std::string_view value, std::optional<std::string> metadata::*member) {
    if (value.front() != '"') {
      report_problem(problems_, pointer_of(which), "must be a string");
    } else if (facts_ != nullptr) {
      facts_->*member = string_value(value);
    }
  }

  template <class Count>
  void read_count(known which, std::string_view value, Count metadata::*member) {
    const auto count = count_value(value);
    if (!count) {
      report_problem(problems_, pointer_of(which), "must be a whole number, 0 or more");
    } else if (facts_ != nullptr) {
      facts_->*member = *count;
    }
  }

  void read_tags(std::string_view value) {
    if (value.front() != '[') {
      report_problem(problems_, pointer_of(known::tags), "must be an array of strings");
      return;
    }
    element_walker elements{value};
    std::string_view element;
    for (std::size_t i = 0; elements.next(element); ++i) {
      if (element.front() != '"') {
        report_problem(problems_, pointer_of(known::tags) + '/' + std::to_string(i), "must be a string");
      } else if (facts_ != nullptr) {
        facts_->tags.push_back(unescape(element.substr(1, element.size() - 2)));
      }
    }
  }

  void read_expiry(std::string_view value) {
    const auto text = string_value(value);
    expires_at_ = text ? parse_rfc3339(*text) : std::nullopt;
    if (!expires_at_) {
      report_problem(problems_, pointer_of(known::expires_at), "must be an RFC 3339 time, as 2026-01-02T03:04:05Z");
    } else if (facts_ != nullptr) {
      facts_->expires_at = expires_at_;
    }
  }

  metadata* facts_;
  std::vector<problem>& problems_;
  std::optional<time_point> expires_at_;
  unsigned seen_{0};
  bool respelt_{false};
};

std::string with_camel_names(std::string_view compact) {
  std::string out{"{"};
  out.reserve(compact.size());
  member_walker members{compact};
  json_member member;
  while (members.next(member)) {
    if (out.size() > 1) out += ',';
    const auto which = find_known(member.raw_key);
    out += '"';
    out += which ? known_names[static_cast<std::size_t>(*which)].camel : member.raw_key;
    out += "\":";
    out += member.value;
  }
  out += '}';
  return out;
}

/// Writes the members of an object, with commas between them.
class member_writer {
 public:
  explicit member_writer(std::string& out) : out_{out} { out_ += '{'; }
  void end() { out_ += '}'; }

  std::string& key(known which) {
    if (out_.back() != '{') out_ += ',';
    append_json_string(out_, known_names[static_cast<std::size_t>(which)].camel);
    out_ += ':';
    return out_;
  }

 private:
  std::string& out_;
};

}  // namespace

std::optional<time_point> check_metadata(std::string& compact, std::vector<problem>& problems) {
  metadata_reader reader{nullptr, problems};
  reader.read(compact);
  if (reader.respelt() && problems.empty()) compact = with_camel_names(compact);
  return reader.expires_at();
}

std::string_view camel_metadata_name(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(known_names, name, &known_name::snake);
  return found == known_names.end() ? name : found->camel;
}

void append_metadata(std::string& out, std::string_view compact) {
  if (compact.size() <= 2) {
    out += R"({"tags":[],"retryCount":0,"maxRetries":3})";
    return;
  }
  bool tags = false;
  bool retry_count = false;
  bool max_retries = false;
  member_walker members{compact};
  json_member member;
  while (members.next(member)) {
    tags = tags || member.raw_key == "tags";
    retry_count = retry_count || member.raw_key == "retryCount";
    max_retries = max_retries || member.raw_key == "maxRetries";
  }
  out += compact.substr(0, compact.size() - 1);
  if (!tags) out += R"(,"tags":[])";
  if (!retry_count) out += R"(,"retryCount":0)";
  if (!max_retries) out += R"(,"maxRetries":3)";
  out += '}';
}

}  // namespace codec

result<metadata> parse_metadata(std::string_view json) {
  std::vector<problem> problems;
  metadata facts;
  std::string compact;
  if (!is_utf8(json) || codec::append_compact(compact, json, codec::text_depth).fault != codec::json_fault::none ||
      compact.front() != '{') {
    problems.push_back({"/metadata", "must be a JSON object"});
  } else {
    codec::metadata_reader{&facts, problems}.read(compact);
  }
  if (!problems.empty()) return codec::invalid_event(std::move(problems));
  return facts;
}

std::string to_json(const metadata& value) {
  std::string out;
  codec::member_writer members{out};
  using codec::known;
  if (value.project_id) codec::append_json_string(members.key(known::project_id), *value.project_id);
  if (value.user_id) codec::append_json_string(members.key(known::user_id), *value.user_id);
  if (value.session_id) codec::append_json_string(members.key(known::session_id), *value.session_id);
  if (!value.tags.empty()) {
    members.key(known::tags);
    char before = '[';
    for (const std::string& tag : value.tags) {
      out += std::exchange(before, ',');
      codec::append_json_string(out, tag);
    }
    out += ']';
  }
  const metadata defaults;
  if (value.retry_count != defaults.retry_count) {
    codec::append_json_number(members.key(known::retry_count), value.retry_count);
  }
  if (value.max_retries) codec::append_json_number(members.key(known::max_retries), *value.max_retries);
  if (value.expires_at) {
    members.key(known::expires_at) += '"';
    append_rfc3339(out, *value.expires_at);
    out += '"';
  }
  members.end();
  return out;
}

}  // namespace eventmgr
