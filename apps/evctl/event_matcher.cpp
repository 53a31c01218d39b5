#include "event_matcher.hpp"

#include "codec/event_document.hpp"
#include "codec/filter_codec.hpp"
#include "json_text.hpp"

#include <eventmgr/client.hpp>

#include <algorithm>
#include <utility>

namespace eventmgr::evctl {

struct event_matcher::rules {
  std::vector<topic_pattern> patterns{};
  event_filter filter{};
};

event_matcher::event_matcher(std::unique_ptr<rules> what) : rules_{std::move(what)} {}
event_matcher::event_matcher(event_matcher&&) noexcept = default;
event_matcher& event_matcher::operator=(event_matcher&&) noexcept = default;
event_matcher::~event_matcher() = default;

result<event_matcher> event_matcher::make(const std::vector<std::string>& patterns, const std::string& filter) {
  auto what = std::make_unique<rules>();
  for (const auto& text : patterns) {
    auto pattern = topic_pattern::parse(text);
    if (!pattern) return pattern.error();
    what->patterns.push_back(*std::move(pattern));
  }
  if (!filter.empty()) {
    auto read = codec::parse_filter(filter);
    if (!read) return read.error();
    what->filter = *std::move(read);
  }
  return event_matcher{std::move(what)};
}

bool event_matcher::matches_topic(std::string_view event) const {
  if (rules_->patterns.empty()) return true;
  const auto topic = topic_name::trusted(member_text(event, "/topic").value_or(""));
  return std::ranges::any_of(rules_->patterns, [&](const auto& pattern) { return pattern.matches(topic); });
}

bool event_matcher::passes_filter(std::string_view event) const {
  if (rules_->filter.passes_everything()) return true;
  auto record = client::parse_event(event);
  if (!record) throw error{record.error()};
  const auto verdict = rules_->filter.judge(*record);
  if (verdict != event_filter::verdict::look_inside) return verdict == event_filter::verdict::pass;
  const auto document =
      codec::event_document_reader{}.open(std::make_shared<const eventmgr::event>(*std::move(record)));
  return rules_->filter.passes(*document);
}

}  // namespace eventmgr::evctl
