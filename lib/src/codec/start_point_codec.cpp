#include "codec/start_point_codec.hpp"

#include "codec/json_walk.hpp"
#include "codec/json_writer.hpp"
#include "codec/object_writer.hpp"

#include <charconv>
#include <utility>

namespace eventmgr::codec {
namespace {

std::optional<start_point> read_text(std::string_view text, time_point now) {
  if (text == "now") return start_now{};
  if (text == "earliest") return start_earliest{};
  if (const auto at = parse_rfc3339(text)) return *at;
  if (const auto back = parse_duration(text)) return now - *back;
  if (auto place = parse_position(text)) return std::move(*place);
  return std::nullopt;
}

std::optional<start_point> read_place(std::string_view object) {
  member_walker members{object};
  json_member only;
  if (!members.next(only)) return std::nullopt;
  json_member another;
  if (members.next(another)) return std::nullopt;
  const std::string name = unescape(only.raw_key);
  if (name == "seq") {
    offset place;
    const char* const end = only.value.data() + only.value.size();
    const auto [stop, error] = std::from_chars(only.value.data(), end, place.value);
    if (error == std::errc{} && stop == end) return place;
  } else if (name == "position") {
    if (const auto text = string_value(only.value)) {
      if (auto place = parse_position(*text)) return std::move(*place);
    }
  }
  return std::nullopt;
}

class point_writer {
 public:
  explicit point_writer(std::string& out) noexcept : out_{out} {}

  void operator()(const start_now&) const { out_ += R"("now")"; }
  void operator()(const start_earliest&) const { out_ += R"("earliest")"; }

  void operator()(const time_point& at) const {
    out_ += '"';
    append_rfc3339(out_, at);
    out_ += '"';
  }

  void operator()(const offset& place) const {
    object_writer object{out_};
    object.number("seq", place.value);
    object.end();
  }

  void operator()(const position& place) const {
    object_writer object{out_};
    object.text("position", to_string(place));
    object.end();
  }

 private:
  std::string& out_;
};

}  // namespace

std::optional<start_point> read_start_point(std::string_view value, time_point now) {
  if (value.front() == '{') return read_place(value);
  const auto text = string_value(value);
  return text ? read_text(*text, now) : std::nullopt;
}

void append_start_point(std::string& out, const start_point& value) { std::visit(point_writer{out}, value); }

}  // namespace eventmgr::codec
