#include "transport/http/response_queue.hpp"

#include "transport/common/problem_json.hpp"

#include <cstdio>
#include <utility>

namespace eventmgr::transport {

namespace {

constexpr unsigned no_content = 204;

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

void append_common(std::string& out, const http_response& answer, std::string_view date) {
  out += "HTTP/1.1 ";
  out += std::to_string(answer.status);
  out += ' ';
  out += reason_phrase(answer.status);
  out += "\r\nServer: EventManager\r\nDate: ";
  out += date;
  out += "\r\n";
  for (const auto& [name, value] : answer.headers) append_field(out, name, value);
}

/// What the Connection field says; empty: no field. An answer that names a protocol to upgrade to must say so in it too
/// (RFC 9110 section 7.8).
std::string connection_options(const http_response& answer, const request_facts& request, bool keep_alive) {
  std::string options;
  if (!keep_alive) {
    options = "close";
  } else if (!request.http_1_1) {
    options = "keep-alive";
  }
  if (answer.headers.find("Upgrade")) options += options.empty() ? "Upgrade" : ", Upgrade";
  return options;
}

void append_answer(std::string& out, const http_response& answer, const request_facts& request, bool keep_alive,
                   std::string_view date) {
  append_common(out, answer, date);
  if (answer.status != no_content) {
    if (!answer.body.empty()) append_field(out, "Content-Type", answer.content_type);
    append_field(out, "Content-Length", std::to_string(answer.body.size()));
  }
  const std::string options = connection_options(answer, request, keep_alive);
  if (!options.empty()) append_field(out, "Connection", options);
  out += "\r\n";
  if (!request.is_head) out += answer.body;
}

}  // namespace

std::string_view http_date::at(std::time_t now) noexcept {
  static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (now != made_for_) {
    made_for_ = now;
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    // No strftime: its names depend on the locale.
    (void)std::snprintf(text_.data(), text_.size(), "%s, %02u %s %04u %02u:%02u:%02u GMT",
                        days.at(static_cast<std::size_t>(utc.tm_wday)), static_cast<unsigned>(utc.tm_mday) % 100U,
                        months.at(static_cast<std::size_t>(utc.tm_mon)),
                        static_cast<unsigned>(utc.tm_year + 1900) % 10000U, static_cast<unsigned>(utc.tm_hour) % 100U,
                        static_cast<unsigned>(utc.tm_min) % 100U, static_cast<unsigned>(utc.tm_sec) % 100U);
  }
  return {text_.data(), text_.size() - 1};
}

void append_stream_head(std::string& out, const http_response& head, bool chunked, std::string_view date) {
  append_common(out, head, date);
  append_field(out, "Content-Type", head.content_type);
  append_field(out, "Connection", "close");
  if (chunked) append_field(out, "Transfer-Encoding", "chunked");
  out += "\r\n";
}

response_queue::ticket response_queue::add(const request_facts& request) {
  waiting_.push_back({.request = request});
  return first_ + waiting_.size() - 1;
}

void response_queue::complete(ticket which, http_response answer) {
  if (which < first_ || which - first_ >= waiting_.size()) return;
  entry& slot = waiting_[static_cast<std::size_t>(which - first_)];
  if (slot.answer) return;
  held_bytes_ += answer.body.size();
  slot.answer = std::move(answer);
}

void response_queue::write_ready(std::string& out, std::string_view date, bool closing) {
  while (!ended_ && !waiting_.empty()) {
    const entry& next = waiting_.front();
    if (!next.answer) return;
    const bool keep_alive = next.request.keep_alive && !(closing && waiting_.size() == 1);
    held_bytes_ -= next.answer->body.size();
    append_answer(out, *next.answer, next.request, keep_alive, date);
    ended_ = !keep_alive;
    waiting_.pop_front();
    ++first_;
  }
}

}  // namespace eventmgr::transport
