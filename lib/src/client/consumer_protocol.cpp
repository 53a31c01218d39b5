#include "client/consumer_protocol.hpp"

#include "client/answer_reader.hpp"
#include "client/request_writer.hpp"

namespace eventmgr::client {

consumer_handler::~consumer_handler() = default;
void consumer_handler::before_acknowledging() {}
void consumer_handler::on_attached(bool) {}
void consumer_handler::on_disconnected(const failure&, std::chrono::milliseconds) {}

consumer_protocol::consumer_protocol(const consume_options& options, consumer_handler& handler)
    : options_{options}, handler_{handler} {}

reconnect_rules consumer_protocol::rules() const {
  return {options_.first_delay, options_.longest_delay, options_.silence_limit};
}

std::string consumer_protocol::subscribe_message() const { return write_attach(options_); }

result<stream_protocol::step> consumer_protocol::on_message(std::string& message, message_link& link) {
  server_message seen;
  if (!read_server_message(message, seen)) return not_of_the_protocol();

  if (seen.type == "event" || seen.type == "events") return take_events(seen.events, link);
  if (seen.type == "subscribed") {
    const bool resumed = was_attached_;
    attached_ = was_attached_ = true;
    handler_.on_attached(resumed);
  } else if (seen.type == "heartbeat") {
    return step::answer;
  } else if (seen.type == "error") {
    std::string object{seen.error};
    return read_error_object(object);
  }
  // Messages that a newer daemon may add say nothing to this consumer.
  return step::go_on;
}

result<stream_protocol::step> consumer_protocol::take_events(const std::vector<streamed_event>& items,
                                                             message_link& link) {
  for (const auto& item : items) {
    if (item.data.empty() || item.ack_id.empty()) return not_of_the_protocol();
    // What is not begun is given back when the connection closes.
    if (link.is_stopping()) break;
    const auto judged = handler_.on_event({item.data, item.position, item.attempt}, link);
    if (const auto said = carry_out(judged, item.ack_id, link); !said) return said.error();
    if (judged.then == tail_step::stop) return step::stop;
  }
  return step::go_on;
}

result<void> consumer_protocol::carry_out(const verdict& judged, std::string_view ack_id, message_link& link) {
  switch (judged.what) {
    case verdict::outcome::acknowledge:
      done_.emplace_back(ack_id);
      if (done_.size() >= options_.acknowledge_together) return acknowledge(link);
      break;
    case verdict::outcome::retry:
      return link.send(write_nack(ack_id, true, judged.error));
    case verdict::outcome::give_up:
      return link.send(write_nack(ack_id, false, judged.error));
    case verdict::outcome::leave:
      break;
  }
  return {};
}

result<void> consumer_protocol::acknowledge(message_link& link) {
  if (done_.empty()) return {};
  handler_.before_acknowledging();
  auto said = link.send(write_ack(done_));
  if (said) done_.clear();
  return said;
}

void consumer_protocol::on_idle(message_link& link) {
  // A connection that cannot be written to fails the read that follows.
  static_cast<void>(acknowledge(link));
}

std::string consumer_protocol::last_words() {
  if (done_.empty()) return {};
  handler_.before_acknowledging();
  return write_ack(done_);
}

bool consumer_protocol::may_resume(const failure& why) const noexcept {
  // One that was attached is told `conflict` when its subscription is moved or changed: it is to attach again.
  const bool moved = attached_ && why.code == errc::conflict;
  return options_.reconnect && was_attached_ && (moved || is_passing(why.code));
}

void consumer_protocol::on_disconnected(const failure& why, std::chrono::milliseconds retry_in) {
  attached_ = false;
  // They were given back when the connection was lost, and come again.
  done_.clear();
  handler_.on_disconnected(why, retry_in);
}

}  // namespace eventmgr::client
