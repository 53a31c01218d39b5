#include "delivery/websocket/flight_book.hpp"

#include <charconv>
#include <system_error>

namespace eventmgr::delivery {

namespace {

using verdict = delivery_result::verdict;

constexpr char separator = '.';

template <class T>
bool read_number(std::string_view text, T& into) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc{} && end == text.data() + text.size();
}

verdict verdict_of(const codec::websocket::acknowledgement& said) noexcept {
  if (said.success) return verdict::success;
  return said.retry ? verdict::retry : verdict::reject;
}

std::string timed_out(std::chrono::milliseconds limit) {
  const auto ms = limit.count();
  const bool whole_seconds = ms % 1000 == 0;
  return "timed out after " + std::to_string(whole_seconds ? ms / 1000 : ms) + (whole_seconds ? " s" : " ms");
}

}  // namespace

flight_book::flight_book(std::uint32_t connection, std::chrono::milliseconds ack_timeout)
    : connection_{connection}, ack_timeout_{ack_timeout} {}

std::string flight_book::add(delivery_tag tag, clock::time_point now, time_point at) {
  entries_.emplace_hint(entries_.end(), next_, entry{.tag = tag, .sent = now, .at = at});
  return std::to_string(next_++) + separator + std::to_string(connection_);
}

void flight_book::settle(const codec::websocket::acknowledgement& said, clock::time_point now,
                         std::vector<delivery_result>& results) {
  for (const std::string& id : said.ids) {
    const auto number = parse_id(id);
    const auto found = number ? entries_.find(*number) : entries_.end();
    if (found == entries_.end()) continue;
    const entry& sent = found->second;
    delivery_result told{.tag = sent.tag, .outcome = verdict_of(said), .at = sent.at};
    told.duration = std::chrono::duration_cast<std::chrono::milliseconds>(now - sent.sent);
    if (!said.success) told.error = said.error.empty() ? "refused by the receiver" : said.error;
    results.push_back(std::move(told));
    entries_.erase(found);
  }
}

void flight_book::expire(clock::time_point now, std::vector<delivery_result>& results) {
  while (!entries_.empty() && entries_.begin()->second.sent + ack_timeout_ <= now) {
    const entry& sent = entries_.begin()->second;
    results.push_back({.tag = sent.tag,
                       .outcome = verdict::retry,
                       .endpoint_failed = true,
                       .error = timed_out(ack_timeout_),
                       .at = sent.at,
                       .duration = ack_timeout_});
    entries_.erase(entries_.begin());
  }
}

void flight_book::release(std::vector<delivery_result>& results) {
  for (const auto& [number, sent] : entries_) {
    results.push_back({.tag = sent.tag, .outcome = verdict::release, .at = sent.at});
  }
  entries_.clear();
}

std::optional<flight_book::clock::time_point> flight_book::next_deadline() const noexcept {
  if (entries_.empty()) return std::nullopt;
  return entries_.begin()->second.sent + ack_timeout_;
}

std::optional<flight_book::serial> flight_book::parse_id(std::string_view ack_id) const noexcept {
  const std::size_t mark = ack_id.find(separator);
  serial number = 0;
  std::uint32_t connection = 0;
  if (mark == std::string_view::npos || !read_number(ack_id.substr(0, mark), number) ||
      !read_number(ack_id.substr(mark + 1), connection) || connection != connection_) {
    return std::nullopt;
  }
  return number;
}

}  // namespace eventmgr::delivery
