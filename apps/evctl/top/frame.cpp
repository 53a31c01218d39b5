#include "frame.hpp"

#include "../long_work.hpp"
#include "../terminal.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <numeric>

namespace eventmgr::evctl::top {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t widest_name = 32;
constexpr std::size_t head_lines = 4;  ///< with the empty one after them
constexpr std::size_t most_failures_beside = 6;

/// A column, and how dispensable it is: where there is no room the highest ranks go first.
struct shown_column {
  std::string title;
  int rank;
  bool right;
  std::function<std::string(const subscription_row&)> cell;
  std::function<style(const subscription_row&)> look = [](const subscription_row&) { return style::plain; };
};

std::string text_of(std::uint64_t number) { return std::to_string(number); }

style lag_style(std::uint64_t lag) { return lag > 0 ? style::yellow : style::faint; }

std::vector<shown_column> columns() {
  using row = subscription_row;
  const auto lane = [](std::size_t at) { return [at](const row& from) { return text_of(from.lag[at]); }; };
  const auto lane_look = [](std::size_t at) { return [at](const row& from) { return lag_style(from.lag[at]); }; };
  return {{"SUBSCRIPTION", 0, false, [](const row& from) { return shorten(printable(from.name), widest_name); }},
          {"STATUS", 2, false, [](const row& from) { return printable(from.status); },
           [](const row& from) {
             return from.status == "active" ? style::green : from.status == "paused" ? style::yellow : style::red;
           }},
          {"PER SECOND", 1, true, [](const row& from) { return rate_text(from.per_second); }},
          {"CRITICAL", 8, true, lane(0), lane_look(0)},
          {"HIGH", 9, true, lane(1), lane_look(1)},
          {"NORMAL", 10, true, lane(2), lane_look(2)},
          {"LOW", 11, true, lane(3), lane_look(3)},
          {"LAG", 1, true, [](const row& from) { return text_of(from.total_lag()); },
           [](const row& from) { return lag_style(from.total_lag()); }},
          {"IN FLIGHT", 5, true, [](const row& from) { return text_of(from.in_flight); }},
          {"RETRYING", 4, true, [](const row& from) { return text_of(from.exceptions); },
           [](const row& from) { return lag_style(from.exceptions); }},
          {"DEAD", 3, true, [](const row& from) { return text_of(from.dead); },
           [](const row& from) { return from.dead > 0 ? style::red : style::faint; }},
          {"BREAKER", 6, false, [](const row& from) { return printable(from.breaker); },
           [](const row& from) { return from.breaker == "closed" ? style::plain : style::red; }},
          {"IDLE", 12, false, [](const row& from) { return printable(from.idle_reason); }}};
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string fill(width - std::min(width, display_width(text)), ' ');
  return right ? fill + text : text + fill;
}

/// Gathers lines that fit the view.
class canvas {
 public:
  explicit canvas(const view& how) : how_{how} {}

  void line(std::string_view text, style look = style::plain) { lines_.push_back(paint(fit(text), look)); }

  /// Pieces of a line, each in its style; what does not fit is cut off.
  void pieces(const std::vector<std::pair<std::string, style>>& all) {
    std::string text;
    std::size_t left = how_.width;
    for (const auto& [piece, look] : all) {
      const auto shown = shorten(piece, left);
      left -= display_width(shown);
      text += paint(shown, look);
      if (left == 0) break;
    }
    lines_.push_back(std::move(text));
  }

  std::size_t room() const noexcept {
    if (how_.height == 0) return static_cast<std::size_t>(-1);
    return how_.height > lines_.size() ? how_.height - lines_.size() : 0;
  }

  std::vector<std::string> take() {
    if (how_.height > 0 && lines_.size() > how_.height) lines_.resize(how_.height);
    return std::move(lines_);
  }

 private:
  std::string fit(std::string_view text) const { return shorten(text, how_.width); }
  std::string paint(const std::string& text, style look) const {
    return how_.colour && !text.empty() ? styled(text, look) : text;
  }

  const view& how_;
  std::vector<std::string> lines_{};
};

struct rates {
  double published{0};
  double delivered{0};
  double failed{0};
  double cpu_percent{0};
  bool known{false};  ///< of failures and the processor
};

rates count_rates(const sample& seen, const sample* before) {
  rates counted;
  counted.published = seen.events_per_second;
  for (const auto& row : seen.subscriptions) counted.delivered += row.per_second;
  if (before == nullptr || seen.at <= before->at || seen.now.published < before->now.published) return counted;
  const auto seconds = std::chrono::duration<double>(seen.at - before->at).count();
  const auto per_second = [&](std::uint64_t later, std::uint64_t earlier) {
    return later > earlier ? static_cast<double>(later - earlier) / seconds : 0;
  };
  counted.published = per_second(seen.now.published, before->now.published);
  counted.delivered = per_second(seen.now.delivered, before->now.delivered);
  counted.failed = per_second(seen.now.failed, before->now.failed);
  counted.cpu_percent = std::max(0.0, (seen.now.cpu_seconds - before->now.cpu_seconds) / seconds * 100);
  counted.known = true;
  return counted;
}

std::string milliseconds_text(double seconds) { return rate_text(seconds * 1000) + " ms"; }

void draw_head(const sample& seen, const sample* before, const view& how, canvas& out) {
  const auto state = seen.status == "healthy" ? style::green : seen.status == "degraded" ? style::yellow : style::red;
  out.pieces({{"eventmgrd " + printable(seen.version) + " ", style::strong},
              {printable(seen.status), state},
              {"  " + printable(how.url) + "  " + format_rfc3339(seen.at), style::plain},
              {how.paused ? "  paused" : "", style::yellow}});
  const auto rate = count_rates(seen, before);
  std::string flow = "published " + rate_text(rate.published) + "/s  delivered " + rate_text(rate.delivered) + "/s";
  if (rate.known) flow += "  failed " + rate_text(rate.failed) + "/s";
  // What a narrow screen cuts off is the least of it.
  out.pieces({{flow + "  dead letters ", style::plain},
              {text_of(seen.dead_letters), seen.dead_letters > 0 ? style::red : style::plain},
              {"  retrying " + text_of(seen.now.exceptions) + "  queue " + text_of(seen.now.queue_depth) +
                   "  scheduled " + text_of(seen.now.scheduled),
               style::plain}});
  std::string process = "p99: publish " + milliseconds_text(seen.now.publish_p99) + "  end to end " +
                        milliseconds_text(seen.now.end_to_end_p99) + "  memory " +
                        text_of(seen.now.memory_bytes >> 20U) + " MiB";
  if (rate.known) process += "  cpu " + rate_text(rate.cpu_percent) + "%";
  out.line(process);
  if (how.trouble.empty()) {
    out.line("");
  } else {
    out.line(printable(how.trouble) + "; trying again until it answers", style::red);
  }
}

std::vector<const subscription_row*> sorted(const std::vector<subscription_row>& rows, sort_key by) {
  std::vector<const subscription_row*> order;
  order.reserve(rows.size());
  for (const auto& row : rows) order.push_back(&row);
  const auto weight = [by](const subscription_row& row) -> double {
    switch (by) {
      case sort_key::lag:
        return static_cast<double>(row.total_lag());
      case sort_key::rate:
        return row.per_second;
      case sort_key::in_flight:
        return static_cast<double>(row.in_flight);
      case sort_key::retrying:
        return static_cast<double>(row.exceptions);
      case sort_key::dead:
        return static_cast<double>(row.dead);
      case sort_key::name:
        break;
    }
    return 0;
  };
  std::ranges::stable_sort(order, [&](const auto* a, const auto* b) {
    const auto left = weight(*a);
    const auto right = weight(*b);
    return left != right ? left > right : a->name < b->name;
  });
  return order;
}

/// The columns for which there is room, with their widths.
std::vector<std::pair<shown_column, std::size_t>> fit_columns(const std::vector<const subscription_row*>& rows,
                                                              std::size_t width) {
  std::vector<std::pair<shown_column, std::size_t>> fitting;
  for (auto& column : columns()) {
    std::size_t widest = column.title.size();
    for (const auto* row : rows) widest = std::max(widest, display_width(column.cell(*row)));
    fitting.emplace_back(std::move(column), widest);
  }
  const auto total = [&] {
    return std::accumulate(fitting.begin(), fitting.end(), std::size_t{0},
                           [](std::size_t sum, const auto& column) { return sum + column.second + gap; }) -
           gap;
  };
  while (fitting.size() > 1 && total() > width) {
    fitting.erase(std::ranges::max_element(fitting, {}, [](const auto& column) { return column.first.rank; }));
  }
  return fitting;
}

void draw_subscriptions(const sample& seen, const view& how, std::size_t room, canvas& out) {
  auto rows = sorted(seen.subscriptions, how.sort);
  if (rows.empty()) return out.line("no durable subscriptions", style::faint);
  if (room < 2) return;
  const bool all = rows.size() < room;
  const auto hidden = all ? 0 : rows.size() - (room - 2);
  rows.resize(rows.size() - hidden);
  const auto fitting = fit_columns(rows, how.width);
  std::string titles;
  for (const auto& [column, width] : fitting) {
    titles += padded(column.title, width, column.right) + std::string(gap, ' ');
  }
  out.line(titles.substr(0, titles.find_last_not_of(' ') + 1), style::strong);
  for (const auto* row : rows) {
    std::vector<std::pair<std::string, style>> cells;
    for (const auto& [column, width] : fitting) {
      if (!cells.empty()) cells.emplace_back(std::string(gap, ' '), style::plain);
      const bool last = &column == &fitting.back().first;
      const auto text = column.cell(*row);
      cells.emplace_back(last && !column.right ? text : padded(text, width, column.right), column.look(*row));
    }
    out.pieces(cells);
  }
  if (hidden > 0) {
    out.line("and " + std::to_string(hidden) + (hidden == 1 ? " more subscription" : " more subscriptions"),
             style::faint);
  }
}

void draw_failures(const sample& seen, std::size_t room, canvas& out) {
  if (room < 2 || seen.failures.empty()) return;
  out.line("newest dead letters", style::strong);
  for (std::size_t at = 0; at < seen.failures.size() && at + 1 < room; ++at) {
    const auto& item = seen.failures[at];
    out.pieces({{printable(item.failed_at) + "  ", style::faint},
                {printable(item.subscription) + "  ", style::plain},
                {printable(item.topic) + "  ", style::cyan},
                {printable(item.reason), style::red}});
  }
}

}  // namespace

std::optional<sort_key> parse_sort_key(std::string_view name) noexcept {
  const auto* found = std::ranges::find(sort_names, name);
  if (found == std::end(sort_names)) return std::nullopt;
  return static_cast<sort_key>(found - std::begin(sort_names));
}

std::string_view to_string(sort_key key) noexcept { return sort_names[static_cast<std::size_t>(key)]; }

std::optional<sort_key> sort_key_of(char pressed) noexcept {
  constexpr std::string_view keys{"lritdn"};
  const auto at = keys.find(pressed);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<sort_key>(at);
}

std::vector<std::string> draw(const sample& seen, const sample* before, const view& how) {
  canvas out{how};
  draw_head(seen, before, how, out);
  const bool bounded = how.height > 0;
  const std::size_t key_line = how.keys && out.room() > head_lines ? 1 : 0;
  const auto room = out.room() - (bounded ? key_line : 0);
  const auto wanted = seen.subscriptions.size() + 1;
  // The failures get what the subscriptions leave, and a few lines in any case where there is room for both.
  std::size_t below = room > wanted + 1 ? room - wanted - 1 : 0;
  if (room >= 3 * most_failures_beside) below = std::max(below, most_failures_beside);
  if (seen.failures.empty()) below = 0;
  below = std::min(below, seen.failures.size() + 1);
  draw_subscriptions(seen, how, room - (below > 0 ? below + 1 : 0), out);
  if (below > 1) {
    out.line("");
    draw_failures(seen, below, out);
  }
  if (key_line > 0) {
    while (bounded && out.room() > 1) out.line("");
    out.line("q quit  p " + std::string{how.paused ? "go on" : "pause"} + "  sort by " +
                 std::string{to_string(how.sort)} + ": l lag  r rate  i in flight  t retrying  d dead  n name",
             style::faint);
  }
  return out.take();
}

}  // namespace eventmgr::evctl::top
