#include "broker/delivery/rule_reader.hpp"

#include <utility>

namespace eventmgr {

result<matching_history::rule_ptr> read_rule(const subscription_texts& texts, std::string_view matching,
                                             subscription_id of) {
  auto parts = texts.read_matching(matching);
  if (!parts) return parts.error();
  auto rule = std::make_shared<matching_rule>();
  rule->topics = std::move(parts->topics);
  rule->filter = std::move(parts->filter);
  rule->priorities = priority_set::at_least(parts->least);
  rule->owner = of;
  return matching_history::rule_ptr{std::move(rule)};
}

}  // namespace eventmgr
