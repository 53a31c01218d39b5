#include "codec/json_writer.hpp"
#include "core/topic_levels.hpp"
#include "transport/common/parameter_reader.hpp"
#include "transport/common/query_string.hpp"
#include "transport/common/time_parameter.hpp"
#include "transport/ws/ws_message.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace eventmgr::transport {

namespace {

constexpr std::array<std::string_view, 5> known_parameters{"topic", "since", "filter", "durable", "options"};

/// Reads the parameters of one target and collects every fault.
class target_reader {
 public:
  target_reader(const query_string& query, const codec::definition_defaults& defaults)
      : query_{query}, defaults_{defaults}, reader_{query} {}

  result<std::optional<ws_command>> read() {
    for (const query_parameter& given : query_) {
      const auto is_given = [&](std::string_view name) { return query_string::same_name(given.name, name); };
      if (std::ranges::none_of(known_parameters, is_given)) reader_.reject(given.name, "is not known");
    }
    read_topics();
    read_start();
    const bool durable = query_.find("durable") != nullptr;
    std::optional<ws_command> command = durable ? attach() : subscribe();
    if (auto fault = reader_.fault()) return std::move(*fault);
    return command;
  }

 private:
  void read_topics() {
    const auto given = reader_.all("topic");
    for (const std::string_view text : given) {
      auto pattern = topic_pattern::parse(text);
      if (pattern.has_error()) {
        reader_.reject("topic", std::string{fault_of_levels(text, wildcards::allowed)});
      } else {
        topics_.push_back(std::move(*pattern));
      }
    }
    if (given.size() > ws_request::max_topics) reader_.reject("topic", "is given too often");
  }

  void read_start() {
    const auto since = reader_.text("since");
    if (!since) return;
    if (auto start = parse_start(*since, defaults_.now)) {
      start_ = std::move(*start);
    } else {
      reader_.reject("since", "must be earliest, now, a time, a duration as 5m, an offset or a position");
    }
  }

  std::optional<ws_command> subscribe() {
    for (const std::string_view name : {std::string_view{"since"}, std::string_view{"filter"}}) {
      if (topics_.empty() && query_.find(name) != nullptr) {
        reader_.reject("topic", "is required with " + std::string{name});
      }
    }
    if (query_.find("options") != nullptr) reader_.reject("options", "goes with durable only");
    event_filter filter = reader_.filter("filter");
    if (topics_.empty()) return std::nullopt;
    return ws_subscribe{.topics = std::move(topics_), .start = std::move(start_), .filter = std::move(filter)};
  }

  std::optional<ws_command> attach() {
    const std::string name = codec::json_string(reader_.text("durable").value_or(""));
    auto definition = codec::parse_attachment({.durable = name,
                                               .filter = reader_.text("filter").value_or(""),
                                               .options = reader_.text("options").value_or("")},
                                              defaults_);
    if (definition.has_error()) {
      const failure why = definition.error();
      for (const problem& fault : why.details) {
        reader_.reject_at(fault.pointer.empty() ? "/durable" : fault.pointer, fault.message);
      }
      if (why.details.empty()) reader_.reject("options", "must be a JSON object, as filter must");
      return std::nullopt;
    }
    definition->topics = std::move(topics_);
    if (query_.find("since") != nullptr) definition->options.start_from = std::move(start_);
    return ws_attach{.definition = std::move(*definition)};
  }

  const query_string& query_;
  const codec::definition_defaults& defaults_;
  parameter_reader reader_;
  std::vector<topic_pattern> topics_;
  start_point start_{start_now{}};
};

}  // namespace

result<std::optional<ws_command>> parse_ws_target(std::string_view target, const codec::definition_defaults& defaults) {
  const std::size_t mark = target.find('?');
  auto query = query_string::parse(mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1));
  if (query.has_error()) return query.error();
  return target_reader{*query, defaults}.read();
}

}  // namespace eventmgr::transport
