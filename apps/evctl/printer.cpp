#include "printer.hpp"

#include "json_text.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr::evctl {
namespace {

constexpr std::size_t widest_cell = 60;
constexpr std::string_view column_gap = "  ";

}  // namespace

std::optional<output_format> parse_output_format(std::string_view name) {
  if (name == "table") return output_format::table;
  if (name == "json") return output_format::json;
  if (name == "ndjson") return output_format::ndjson;
  if (name == "yaml") return output_format::yaml;
  return std::nullopt;
}

printer::printer(standard_output& out, output_format format, bool to_terminal, bool colour)
    : out_{out}, format_{format}, to_terminal_{to_terminal}, colour_{colour} {}

std::string printer::safe(std::string_view text) const {
  // In a pipe the data is left as it is, but a table is for reading wherever it goes.
  return to_terminal_ || is_table() ? printable(text) : std::string{text};
}

std::string printer::paint(std::string_view text, style look) const {
  return colour_ ? styled(text, look) : std::string{text};
}

void printer::begin_list(std::vector<column> columns) {
  columns_ = std::move(columns);
  rows_.clear();
  header_shown_ = false;
  first_ = true;
  screen_ = false;
}

void printer::begin_screen(std::vector<column> columns) {
  begin_list(std::move(columns));
  screen_ = to_terminal_ && is_table();
  if (const auto drawn = std::exchange(screen_lines_, 0); screen_ && drawn > 0) {
    out_.write("\x1b[" + std::to_string(drawn) + "A\r\x1b[J");
  }
}

std::vector<std::string> printer::cells_of(std::string_view json) const {
  std::vector<std::string> cells;
  for (const auto& shown : columns_) {
    const auto text = member_text(json, shown.pointer).value_or("");
    cells.push_back(text.empty() ? "-" : shorten(safe(text), widest_cell));
  }
  return cells;
}

void printer::item(std::string_view json) {
  switch (format_) {
    case output_format::table:
      rows_.push_back(cells_of(json));
      break;
    case output_format::ndjson:
      out_.line(safe(json));
      break;
    case output_format::json:
      out_.write(first_ ? "[\n  " : ",\n  ");
      out_.write(safe(json));
      break;
    case output_format::yaml:
      out_.write("- ");
      out_.line(to_yaml(json, "  "));
      break;
  }
  first_ = false;
}

void printer::table_row(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths, style look) {
  std::string text;
  for (std::size_t at = 0; at < cells.size(); ++at) {
    const auto fill = std::string(widths[at] - std::min(widths[at], display_width(cells[at])), ' ');
    const bool last = at + 1 == cells.size();
    if (columns_[at].align == column::alignment::right) {
      text += fill + cells[at];
    } else {
      text += last ? cells[at] : cells[at] + fill;
    }
    if (!last) text += column_gap;
  }
  if (screen_) {
    text = shorten(text, terminal_width() - 1);
    ++screen_lines_;
  }
  out_.line(paint(text, look));
}

void printer::drop_rows_without_room() {
  // One line is the titles', one is that of the cursor.
  const auto height = terminal_height();
  const auto room = height > 3 ? height - 2 : 1;
  if (rows_.size() > room) rows_.resize(room);
}

void printer::flush_rows() {
  if (screen_) drop_rows_without_room();
  if (is_table() && (!rows_.empty() || !header_shown_)) {
    std::vector<std::string> titles;
    std::vector<std::size_t> widths;
    for (const auto& shown : columns_) {
      titles.push_back(shown.title);
      widths.push_back(shown.title.size());
    }
    for (const auto& row : rows_) {
      for (std::size_t at = 0; at < row.size(); ++at) widths[at] = std::max(widths[at], display_width(row[at]));
    }
    if (!std::exchange(header_shown_, true)) table_row(titles, widths, style::strong);
    for (const auto& row : rows_) table_row(row, widths, style::plain);
    rows_.clear();
  }
  out_.flush();
}

void printer::end_list() {
  if (format_ == output_format::json) out_.line(first_ ? "[]" : "\n]");
  if (format_ == output_format::yaml && first_) out_.line("[]");
  flush_rows();
}

void printer::stream_item(std::string_view json) {
  if (format_ == output_format::yaml) {
    item(json);
  } else {
    out_.line(safe(json));
  }
}

void printer::record(std::string_view json, std::string_view open) {
  if (is_table()) {
    std::vector<std::pair<std::string, std::string>> lines;
    std::size_t width = 0;
    visit_members(json, open, [&](const std::string& name, const std::string& text) {
      lines.emplace_back(safe(name), text.empty() ? "-" : safe(text));
      width = std::max(width, display_width(lines.back().first));
    });
    for (const auto& [name, text] : lines) {
      out_.line(paint(name, style::faint) + std::string(width - display_width(name), ' ') + std::string{column_gap} +
                text);
    }
  } else {
    out_.line(format_ == output_format::yaml ? to_yaml(json) : safe(json));
  }
  out_.flush();
}

void printer::line(std::string_view text) { out_.line(text); }

}  // namespace eventmgr::evctl
