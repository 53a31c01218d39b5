#include "client/tail_protocol.hpp"

#include "client/answer_reader.hpp"
#include "client/request_writer.hpp"

#include <simdjson.h>

#include <optional>

namespace eventmgr::client {

namespace ondemand = simdjson::ondemand;

/// The members of any message of the daemon's that a tail cares for. Valid until the next message is read.
struct tail_protocol::message_view {
  std::string_view type{};
  std::string_view id{};
  std::string_view position{};
  std::string_view from{};
  std::string_view to{};
  std::string_view data{};
  std::string_view error{};
};

bool tail_protocol::read(std::string& message, message_view& seen) {
  thread_local ondemand::parser parser;
  message.reserve(message.size() + simdjson::SIMDJSON_PADDING);
  try {
    auto document = parser.iterate(message.data(), message.size(), message.capacity());
    for (auto field : document.get_object()) {
      const std::string_view key = field.unescaped_key();
      if (key == "data" || key == "error") {
        const std::string_view raw = field.value().get_object().value().raw_json();
        (key == "data" ? seen.data : seen.error) = raw.substr(0, raw.find_last_of('}') + 1);
      } else if (field.value().type() == ondemand::json_type::string) {
        const std::string_view text = field.value().get_string();
        if (key == "type")
          seen.type = text;
        else if (key == "id")
          seen.id = text;
        else if (key == "position")
          seen.position = text;
        else if (key == "from")
          seen.from = text;
        else if (key == "to")
          seen.to = text;
      }
    }
  } catch (const simdjson::simdjson_error&) {
    return false;
  }
  return !seen.type.empty();
}

tail_handler::~tail_handler() = default;
void tail_handler::on_subscribed(std::string_view, bool) {}
void tail_handler::on_gap(std::string_view, std::string_view) {}
void tail_handler::on_disconnected(const failure&, std::chrono::milliseconds) {}
void tail_handler::on_idle() {}

tail_protocol::tail_protocol(const tail_options& options, tail_handler& handler)
    : options_{options}, handler_{handler} {}

std::string tail_protocol::subscribe_message() const {
  return write_subscribe(options_.topics, was_subscribed() ? tail_start{resume_position{position_}} : options_.start,
                         options_.filter);
}

result<tail_protocol::step> tail_protocol::on_message(std::string& message) {
  message_view seen;
  if (!read(message, seen)) return failure{errc::internal, "the daemon sent a message that is not of the protocol"};

  if (seen.type == "event") {
    const auto next = handler_.on_event({seen.data, seen.position});
    if (!seen.position.empty()) position_.assign(seen.position);
    return next == tail_step::stop ? step::stop : step::go_on;
  }
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
  if (!options_.reconnect || !was_subscribed()) return false;
  return why.code == errc::unreachable || why.code == errc::shutting_down || why.code == errc::store_unavailable ||
         why.code == errc::rate_limited || why.code == errc::queue_full;
}

}  // namespace eventmgr::client
