#include "store/memory/memory_topics.hpp"

namespace eventmgr {

void memory_topics::count(const event& stored) {
  topic_info& topic = topics_[stored.topic.str()];
  topic.topic = stored.topic;
  ++topic.event_count;
  topic.last_event = stored.received_at;
}

result<bool> memory_topics::declare(const topic_declaration& declaration, declare_mode mode, time_point now) {
  topic_info& topic = topics_[declaration.topic.str()];
  if (topic.declared && mode == declare_mode::create) {
    return failure{errc::conflict, "topic " + declaration.topic.str() + " is already declared"};
  }
  const bool anew = !topic.declared;
  topic.topic = declaration.topic;
  topic.description = declaration.description;
  topic.declared = true;
  if (anew) topic.declared_at = now;
  return anew;
}

result<void> memory_topics::undeclare(const topic_name& topic) {
  const auto found = topics_.find(topic.str());
  if (found == topics_.end() || !found->second.declared) {
    return failure{errc::not_found, "topic " + topic.str() + " is not declared"};
  }
  if (found->second.event_count == 0) {
    topics_.erase(found);
  } else {
    found->second.declared = false;
    found->second.declared_at.reset();
    found->second.description.clear();
  }
  return {};
}

topic_page memory_topics::list(std::string_view cursor, std::uint32_t limit) const {
  topic_page page;
  page.total = topics_.size();
  auto next = cursor.empty() ? topics_.begin() : topics_.upper_bound(cursor);
  for (; next != topics_.end() && page.topics.size() < limit; ++next) page.topics.push_back(next->second);
  if (next != topics_.end() && !page.topics.empty()) page.next_cursor = page.topics.back().topic.str();
  return page;
}

std::optional<topic_info> memory_topics::find(const topic_name& topic) const {
  const auto found = topics_.find(topic.str());
  if (found == topics_.end()) return std::nullopt;
  return found->second;
}

}  // namespace eventmgr
