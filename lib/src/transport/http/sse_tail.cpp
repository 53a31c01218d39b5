#include "transport/http/sse_tail.hpp"

#include "transport/common/problem_json.hpp"
#include "transport/http/api.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr::transport {

namespace {

constexpr std::string_view end_of_event = "\n\n";

/// Appends a field's value; a line break in it would begin another field.
void append_line(std::string& out, std::string_view value) {
  for (const char c : value) out += c == '\n' || c == '\r' ? ' ' : c;
  out += '\n';
}

std::string position_text(const position& place) {
  std::string text;
  append_to(text, place);
  return text;
}

}  // namespace

http_response sse_tail::head() {
  http_response head{.content_type = "text/event-stream"};
  head.headers.add("Cache-Control", "no-store");
  // Tells proxies of nginx's kind not to hold events back.
  head.headers.add("X-Accel-Buffering", "no");
  return head;
}

void sse_tail::open(broker& events, tail_request request, std::shared_ptr<exchange> item) {
  const auto self = std::make_shared<sse_tail>(std::move(item));
  // Everything that uses the handle is posted to this thread, and so finds it here.
  self->handle_ = events.open_tail(std::move(request), self);
}

void sse_tail::opened(const position& start) {
  const auto self = shared_from_this();
  stream_hooks hooks;
  hooks.drained = [self] {
    if (self->handle_) self->handle_->resume();
  };
  hooks.tick = [](response_stream& stream) { stream.try_write(":", "", end_of_event); };
  hooks.closed = [self] { self->handle_.reset(); };
  stream_ = exchange_->stream(head(), std::move(hooks));
  exchange_.reset();
  stream_->write("id: " + position_text(start) + "\n\n");
}

bool sse_tail::offer(const tail_offer& item) {
  prefix_.assign("id: ");
  append_to(prefix_, item.place);
  prefix_ += item.record->type.starts_with('$') ? "\nevent: $" : "\nevent: ";
  append_line(prefix_, item.record->type);
  prefix_ += "data: ";
  return stream_->try_write(prefix_, item.json, end_of_event);
}

void sse_tail::gap(const position& from, const position& to) {
  const std::string resume = position_text(to);
  stream_->write("id: " + resume + "\nevent: $gap\ndata: {\"from\":\"" + position_text(from) + "\",\"to\":\"" + resume +
                 "\"}\n\n");
}

void sse_tail::ended(const failure& why) {
  if (!stream_) {
    fail(*exchange_, why);
    exchange_->post([self = shared_from_this()] { self->handle_.reset(); });
    exchange_.reset();
    return;
  }
  if (why.code != errc::shutting_down) {
    std::string text = "event: $error\ndata: ";
    append_error(text, why);
    text += end_of_event;
    stream_->write(text);
  }
  stream_->finish();
}

}  // namespace eventmgr::transport
