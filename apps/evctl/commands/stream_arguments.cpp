#include "stream_arguments.hpp"

#include "../clock_text.hpp"
#include "../input.hpp"
#include "../json_text.hpp"
#include "../option_check.hpp"

#include <charconv>
#include <functional>
#include <iterator>
#include <set>

namespace eventmgr::evctl {
namespace {

std::optional<std::uint64_t> seq_of(const std::string& event) {
  const auto text = member_text(event, "/seq").value_or("");
  std::uint64_t seq = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return seq;
}

/// Where the last so many events begin that any pattern matches and the filter passes. With fewer than that, where
/// history begins.
result<client::tail_start> start_of_last(const stream_arguments& given, const std::string& filter, session& here) {
  std::set<std::uint64_t, std::greater<>> newest;
  for (const auto& text : given.patterns) {
    const stored_selection wanted{.patterns = {text}, .filter = filter, .last = given.last};
    const auto read = visit_stored(wanted, here, [&](const std::string& event) {
      if (const auto seq = seq_of(event)) newest.insert(*seq);
      return true;
    });
    if (!read) return read.error();
  }
  if (newest.size() < given.last) return client::tail_start{offset{1}};
  return client::tail_start{offset{*std::next(newest.begin(), given.last - 1)}};
}

}  // namespace

result<client::tail_start> read_start(const stream_arguments& given, const std::string& filter, session& here) {
  if (given.last > 0) return start_of_last(given, filter, here);
  if (given.since.empty()) return client::tail_start{client::from_now{}};
  if (const auto ago = parse_duration(given.since)) return client::tail_start{*ago};
  return client::tail_start{option_value(parse_moment, given.since)};
}

result<std::string> read_filter(const stream_arguments& given, session& here) {
  if (!given.filter) return std::string{};
  return read_json_argument("--filter", *given.filter, here.stop());
}

result<stored_selection> select_stored(const stream_arguments& given, session& here) {
  stored_selection wanted;
  wanted.patterns = given.patterns;
  wanted.last = given.last;
  auto filter = read_filter(given, here);
  if (!filter) return filter.error();
  wanted.filter = *std::move(filter);
  wanted.since = parse_moment(given.since);
  return wanted;
}

result<client::tail_options> make_tail(const stream_arguments& given, session& here) {
  auto filter = read_filter(given, here);
  if (!filter) return filter.error();
  auto start = read_start(given, *filter, here);
  if (!start) return start.error();
  client::tail_options tail;
  tail.topics = given.patterns;
  tail.start = *std::move(start);
  tail.filter = *std::move(filter);
  return tail;
}

}  // namespace eventmgr::evctl
