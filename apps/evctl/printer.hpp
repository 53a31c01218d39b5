#pragma once

#include "standard_output.hpp"
#include "terminal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::evctl {

enum class output_format { table, json, ndjson, yaml };

std::optional<output_format> parse_output_format(std::string_view name);

/// A column of a table: its title, and the JSON Pointer of what it shows.
struct column {
  std::string title;
  std::string pointer;
  enum class alignment { left, right } align{alignment::left};
};

/// How data leaves evctl: the format, and what the terminal can take.
class printer {
 public:
  printer(standard_output& out, output_format format, bool to_terminal, bool colour);

  output_format format() const noexcept { return format_; }
  bool is_table() const noexcept { return format_ == output_format::table; }

  /// Starts a list. Records are given by `item`; `flush_rows` shows those of a table so far, `end_list` the last ones.
  void begin_list(std::vector<column> columns);
  void item(std::string_view json);
  void flush_rows();
  void end_list();

  /// As `begin_list`, for a table that shows how things are now: on a terminal it takes the place of the one that was
  /// begun so before, its rows are cut to the terminal's width, and there are as many as it has lines for.
  void begin_screen(std::vector<column> columns);

  /// Something else was written below: what was drawn stays, and the next screen begins after it.
  void leave_screen() noexcept { screen_lines_ = 0; }

  /// One record of a list that has no end: a JSON document a line, also where the format is `json`.
  void stream_item(std::string_view json);

  /// One record. In a table its members are lines; those of the objects named in `open` are lines as well.
  void record(std::string_view json, std::string_view open = {});

  /// A line of text for people, as a table would hold.
  void line(std::string_view text);

  bool has_colour() const noexcept { return colour_; }

  /// The text in that style, or as it is where there is no colour.
  std::string paint(std::string_view text, style look) const;

  void flush() { out_.flush(); }

 private:
  std::string safe(std::string_view text) const;
  std::vector<std::string> cells_of(std::string_view json) const;
  void drop_rows_without_room();
  void table_row(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths, style look);

  standard_output& out_;
  output_format format_;
  bool to_terminal_;
  bool colour_;

  std::vector<column> columns_{};
  std::vector<std::vector<std::string>> rows_{};
  bool header_shown_{false};
  bool first_{true};
  bool screen_{false};           ///< the list is one that `begin_screen` began, on a terminal
  std::size_t screen_lines_{0};  ///< that it has drawn
};

}  // namespace eventmgr::evctl
