#include "codec/event_renderer.hpp"
#include "codec/explain_codec.hpp"
#include "codec/filter_codec.hpp"
#include "codec/object_writer.hpp"
#include "codec/option_table.hpp"
#include "codec/pattern_list.hpp"
#include "codec/value_reader.hpp"

#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::size_t max_body_bytes = 256U << 10U;
constexpr std::size_t max_name_bytes = 255;
constexpr std::string_view subject = "the backtest";

// All that a subscription is made of, so that one may be tried as it is proposed; what decides no match is not looked
// at.
enum class backtest_member : std::uint8_t {
  topic,
  filter,
  options,
  since,
  until,
  against,
  name,
  channel,
  connection_type,
  endpoint,
  description,
};
constexpr name_table<backtest_member, 11> backtest_names{{"topic", "filter", "options", "since", "until", "against",
                                                          "name", "channel", "connectionType", "endpoint",
                                                          "description"}};

/// Reads the members of the body, each at most once.
class backtest_reader {
 public:
  explicit backtest_reader(time_point now) : now_{now} {}

  result<backtest_request> read(std::string_view object) {
    values_.members(object, "", backtest_names,
                    [&](backtest_member which, std::string_view value, const std::string& pointer) {
                      read_member(which, value, pointer);
                    });
    if (values_.has_faults()) return invalid_request(subject, std::move(problems_));
    return std::move(made_);
  }

 private:
  void read_member(backtest_member which, std::string_view value, const std::string& pointer) {
    switch (which) {
      case backtest_member::topic:
        made_.topics = read_patterns(values_, value, pointer);
        return;
      case backtest_member::filter:
        return read_filter(value, pointer);
      case backtest_member::options:
        values_.members(value, pointer, option_names,
                        [&](option each, std::string_view given, const std::string& place) {
                          if (each == option::priority) read_priority(given, place);
                        });
        return;
      case backtest_member::since:
        made_.since = read_moment(value, pointer);
        return;
      case backtest_member::until:
        made_.until = read_moment(value, pointer);
        return;
      case backtest_member::against:
        made_.against = values_.text(value, pointer, 1, max_name_bytes).value_or("");
        return;
      case backtest_member::name:
      case backtest_member::channel:
      case backtest_member::connection_type:
      case backtest_member::endpoint:
      case backtest_member::description:
        return;
    }
  }

  void read_priority(std::string_view value, const std::string& pointer) {
    const auto text = string_value(value);
    made_.least_priority = parse_priority(text ? std::string_view{*text} : value);
    if (!made_.least_priority) values_.fault(pointer, "must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3");
  }

  void read_filter(std::string_view value, const std::string& pointer) {
    if (value.front() != '{') return values_.fault(pointer, "must be an object");
    const auto filter = parse_filter(value);
    if (filter) {
      made_.filter = to_json(*filter);
      return;
    }
    const failure why = filter.error();
    for (const problem& fault : why.details) values_.fault(fault.pointer, fault.message);
  }

  std::optional<time_point> read_moment(std::string_view value, const std::string& pointer) {
    const auto parse = [&](std::string_view text) -> std::optional<time_point> {
      if (const auto at = parse_rfc3339(text)) return at;
      if (const auto back = parse_duration(text)) return now_ - *back;
      return std::nullopt;
    };
    return values_.choice(value, pointer, parse, "must be an RFC 3339 time or a duration as 5m");
  }

  const time_point now_;
  std::vector<problem> problems_;
  value_reader values_{problems_};
  backtest_request made_;
};

void write_sample(std::string& out, const event_sample& sample) {
  out += '[';
  for (const event& record : sample.samples) {
    if (&record != &sample.samples.front()) out += ',';
    append_json(out, record);
  }
  out += ']';
}

void write_difference(std::string& out, const event_sample& sample) {
  object_writer object{out};
  object.number("count", sample.count);
  write_sample(object.key("samples"), sample);
  object.end();
}

void write_comparison(std::string& out, const backtest_result::comparison& against) {
  object_writer object{out};
  object.text("subscriptionId", to_string(against.subscription));
  object.text("name", against.name);
  object.number("matched", against.matched);
  write_difference(object.key("gained"), against.gained);
  write_difference(object.key("lost"), against.lost);
  object.end();
}

}  // namespace

std::string to_json(const backtest_result& result) {
  std::string out;
  object_writer object{out};
  object.number("scanned", result.scanned);
  object.number("matched", result.matched.count);
  object.flag("complete", result.complete);
  object.text("scannedThrough", to_string(result.scanned_through));
  object.key("perHour") += '[';
  for (const backtest_result::hour& hour : result.per_hour) {
    if (&hour != &result.per_hour.front()) out += ',';
    object_writer item{out};
    item.time("hour", hour.begin);
    item.number("count", hour.count);
    item.end();
  }
  out += ']';
  write_sample(object.key("samples"), result.matched);
  object.key("hints") += '[';
  for (const topic_name& hint : result.hints) {
    if (&hint != &result.hints.front()) out += ',';
    append_json_string(out, hint.str());
  }
  out += ']';
  if (result.against) write_comparison(object.key("against"), *result.against);
  object.end();
  return out;
}

result<backtest_request> parse_backtest(std::string_view json, time_point now) {
  const auto compact = compact_body(json, subject, max_body_bytes);
  if (!compact) return compact.error();
  return backtest_reader{now}.read(*compact);
}

}  // namespace eventmgr::codec
