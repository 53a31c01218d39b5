#include "broker/delivery/dead_letter_copy.hpp"

#include <string_view>

namespace eventmgr {

namespace {

constexpr std::string_view mark = R"({"deadLetterOf":")";

}  // namespace

std::string dead_letter_mark(subscription_id from) { return std::string{mark} + to_string(from) + '"'; }

bool is_dead_letter_copy(const event& record) noexcept { return record.metadata.starts_with(mark); }

event make_dead_letter_copy(const event& record, subscription_id from, const topic_name& to, time_point now) {
  event copy = record;
  copy.id = {make_uuid_v5(from.value, to_string(record.id))};
  copy.topic = to;
  copy.correlation_id = record.correlation_id.value_or(record.id);
  copy.causation_id = record.id;
  copy.timestamp = now;
  copy.expires_at.reset();
  copy.seq = {};
  copy.received_at = {};
  // The members that the event came with follow the mark, which stands first so that it is found without parsing.
  const bool empty = record.metadata.size() <= 2;
  copy.metadata = dead_letter_mark(from) + (empty ? "}" : "," + record.metadata.substr(1));
  return copy;
}

}  // namespace eventmgr
