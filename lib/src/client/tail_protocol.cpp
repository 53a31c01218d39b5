#include "client/tail_protocol.hpp"

#include "client/answer_reader.hpp"
#include "client/request_writer.hpp"

namespace eventmgr::client {

stream_link::~stream_link() = default;

tail_handler::~tail_handler() = default;
void tail_handler::on_subscribed(std::string_view, bool) {}
void tail_handler::on_gap(std::string_view, std::string_view) {}
void tail_handler::on_disconnected(const failure&, std::chrono::milliseconds) {}
void tail_handler::on_idle() {}

tail_protocol::tail_protocol(const tail_options& options, tail_handler& handler)
    : options_{options}, handler_{handler} {}

reconnect_rules tail_protocol::rules() const {
  return {options_.first_delay, options_.longest_delay, options_.silence_limit};
}

std::string tail_protocol::subscribe_message() const {
  return write_subscribe(options_.topics, was_subscribed() ? tail_start{resume_position{position_}} : options_.start,
                         options_.filter);
}

result<stream_protocol::step> tail_protocol::take_event(const streamed_event& item, message_link& link) {
  if (item.data.empty()) return not_of_the_protocol();
  const auto next = handler_.on_event({item.data, item.position, link});
  if (!item.position.empty()) position_.assign(item.position);
  return next == tail_step::stop ? step::stop : step::go_on;
}

result<stream_protocol::step> tail_protocol::on_message(std::string& message, message_link& link) {
  server_message seen;
  if (!read_server_message(message, seen)) return not_of_the_protocol();

  if (seen.type == "event") return take_event(seen.events.front(), link);
  if (seen.type == "subscribed") {
    const bool resumed = was_subscribed();
    position_.assign(seen.position);
    subscribed_ = true;
    handler_.on_subscribed(position_, resumed);
  } else if (seen.type == "gap") {
    handler_.on_gap(seen.from, seen.to);
  } else if (seen.type == "heartbeat") {
    return step::answer;
  } else if (seen.type == "error") {
    std::string object{seen.error};
    return read_error_object(object);
  }
  // Messages that a newer daemon may add say nothing to this tail.
  return step::go_on;
}

bool tail_protocol::may_resume(const failure& why) const noexcept {
  return options_.reconnect && was_subscribed() && is_passing(why.code);
}

void tail_protocol::on_disconnected(const failure& why, std::chrono::milliseconds retry_in) {
  subscribed_ = false;
  handler_.on_disconnected(why, retry_in);
}

}  // namespace eventmgr::client
