#include "transport/ws/ws_message.hpp"

#include "codec/json_writer.hpp"
#include "transport/common/problem_json.hpp"

namespace eventmgr::transport {

namespace {

std::string opening(std::string_view type, std::string_view id_member, std::string_view id) {
  std::string out = R"({"type":")";
  out += type;
  out += '"';
  if (!id.empty()) {
    out += R"(,")";
    out += id_member;
    out += R"(":)";
    codec::append_json_string(out, id);
  }
  return out;
}

}  // namespace

std::string subscribed_message(std::string_view id, subscription_id subscription, const position& start) {
  std::string out = opening("subscribed", "id", id);
  out += R"(,"subscriptionId":")";
  append_to(out, subscription.value);
  out += R"(","position":")";
  append_to(out, start);
  out += R"("})";
  return out;
}

std::string unsubscribed_message(std::string_view id) { return opening("unsubscribed", "id", id) + '}'; }

std::string published_message(std::string_view id, event_id event, offset seq, bool duplicate) {
  std::string out = opening("published", "id", id);
  out += R"(,"eventId":")";
  append_to(out, event.value);
  // Without an offset it is on the schedule.
  out += R"(","seq":)";
  out += seq.value == 0 ? R"(null,"scheduled":true)" : std::to_string(seq.value);
  out += duplicate ? R"(,"duplicate":true})" : R"(,"duplicate":false})";
  return out;
}

std::string pong_message(std::string_view id) { return opening("pong", "id", id) + '}'; }

std::string error_message(std::string_view id, const failure& why) {
  std::string out = opening("error", "id", id);
  out += R"(,"error":)";
  append_error(out, why);
  out += '}';
  return out;
}

std::string gap_message(std::string_view id, const position& from, const position& to) {
  std::string out = opening("gap", "subscription", id);
  out += R"(,"from":")";
  append_to(out, from);
  out += R"(","to":")";
  append_to(out, to);
  out += R"("})";
  return out;
}

std::string event_message_begin(std::string_view id) {
  return opening("event", "subscription", id) + R"(,"attempt":1,"position":")";
}

}  // namespace eventmgr::transport
