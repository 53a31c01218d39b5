#include "core/normalise.hpp"

#include "core/letters.hpp"
#include "core/time_range.hpp"
#include "core/topic_levels.hpp"
#include "core/uuid_v7_generator.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace eventmgr {
namespace {

constexpr std::size_t max_text_bytes = 255;
constexpr std::string_view default_version = "1.0";
constexpr std::chrono::days longest_schedule{366};

class checker {
 public:
  explicit checker(std::vector<problem>& problems) noexcept : problems_{problems} {}

  void report(std::string_view pointer, std::string message) {
    problems_.push_back({std::string{pointer}, std::move(message)});
  }

  /// Whether the caller, who knows more, has found fault with it already.
  bool reported(std::string_view pointer) const {
    return std::ranges::find(problems_, pointer, &problem::pointer) != problems_.end();
  }

  void text(std::string_view pointer, std::string_view value) {
    if (reported(pointer)) return;
    if (value.empty() || value.size() > max_text_bytes) return report(pointer, "must be 1 to 255 bytes");
    if (std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) {
      return report(pointer, "must not have control characters");
    }
    const bool ascii = std::ranges::all_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii && !is_utf8(value)) report(pointer, "must be UTF-8");
  }

  void moment(std::string_view pointer, std::optional<time_point> at) {
    if (at && (*at < first_moment || *at > last_moment)) report(pointer, "must lie in the years 0001 to 9999");
  }

  topic_name topic(const event_in& input) {
    if (reported("/topic")) return {};
    auto parsed = topic_name::parse(input.topic ? std::string_view{*input.topic} : std::string_view{input.type});
    if (parsed) return std::move(*parsed);
    if (input.topic) {
      report("/topic", std::string{fault_of_levels(*input.topic, wildcards::refused)});
    } else if (!reported("/type")) {
      report("/topic", "must be given, because the type makes none: " + parsed.error().message);
    }
    return {};
  }

 private:
  std::vector<problem>& problems_;
};

event_id new_id(time_point now) {
  thread_local uuid_v7_generator generator;
  return event_id{generator.next(now.time_since_epoch().count())};
}

}  // namespace

std::shared_ptr<event> normalise(event_in&& input, std::optional<time_point> expires_at, time_point now,
                                 std::vector<problem>& problems) {
  checker check{problems};
  check.text("/type", input.type);
  check.text("/source", input.source);
  if (input.version) check.text("/version", *input.version);
  if (!input.ordering_key.empty()) check.text("/orderingKey", input.ordering_key);
  check.moment("/timestamp", input.timestamp);
  check.moment("/metadata/expiresAt", expires_at);
  if (input.deliver_at && *input.deliver_at > now + longest_schedule) {
    check.report("/deliverAt", "must be at most 366 days ahead");
  }
  topic_name topic = check.topic(input);
  if (!problems.empty()) return nullptr;

  auto made = std::make_shared<event>();
  made->id = input.id ? *input.id : new_id(now);
  made->type = std::move(input.type);
  made->source = std::move(input.source);
  made->topic = std::move(topic);
  if (input.version) {
    made->version = std::move(*input.version);
  } else {
    made->version = default_version;
  }
  made->priority = input.priority.value_or(priority::normal);
  made->timestamp = input.timestamp.value_or(now);
  made->payload = std::move(input.payload);
  made->metadata = std::move(input.metadata);
  made->correlation_id = input.correlation_id;
  made->causation_id = input.causation_id;
  made->expires_at = expires_at;
  made->ordering_key = std::move(input.ordering_key);
  if (input.deliver_at && *input.deliver_at > now) made->deliver_at = input.deliver_at;
  return made;
}

}  // namespace eventmgr
