#include "broker/delivery/dead_letter_copy.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace eventmgr {

namespace {

constexpr std::string_view copy_mark = R"({"deadLetterOf":")";
constexpr std::size_t id_length = 36;

event_id id_of_copy(subscription_id from, event_id original) { return {make_uuid_v5(from.value, to_string(original))}; }

// The members of a metadata object without a mark that leads them, and without the braces.
std::string_view members_after_mark(std::string_view metadata) {
  if (metadata.size() <= 2) return {};
  const std::size_t end = copy_mark.size() + id_length;
  if (metadata.starts_with(copy_mark) && metadata.size() > end + 1 && metadata[end] == '"') {
    metadata.remove_prefix(end + (metadata[end + 1] == ',' ? 2 : 1));
  } else {
    metadata.remove_prefix(1);
  }
  metadata.remove_suffix(1);
  return metadata;
}

}  // namespace

std::optional<subscription_id> sender_of_copy(const event& record) {
  if (!record.metadata.starts_with(copy_mark) || !record.causation_id) return std::nullopt;
  const std::string_view text{record.metadata};
  const auto from = subscription_id::parse(text.substr(copy_mark.size(), id_length));
  if (!from || record.id != id_of_copy(*from, *record.causation_id)) return std::nullopt;
  return from;
}

event make_dead_letter_copy(const event& record, subscription_id from, const topic_name& to, time_point now) {
  event copy = record;
  copy.id = id_of_copy(from, record.id);
  copy.topic = to;
  copy.correlation_id = record.correlation_id.value_or(record.id);
  copy.causation_id = record.id;
  copy.timestamp = now;
  copy.expires_at.reset();
  copy.seq = {};
  copy.received_at = {};
  copy.metadata = std::string{copy_mark} + to_string(from) + '"';
  if (const std::string_view members = members_after_mark(record.metadata); !members.empty()) {
    copy.metadata.append(",").append(members);
  }
  copy.metadata += '}';
  return copy;
}

}  // namespace eventmgr
