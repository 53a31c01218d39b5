#include "../command.hpp"
#include "../dead_letter_selection.hpp"
#include "../new_file.hpp"
#include "../progress.hpp"
#include "../record_pages.hpp"
#include "codec/object_writer.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace eventmgr::evctl {
namespace {

struct export_options {
  std::shared_ptr<dead_letter_selection> filters{};
  std::string file{};  ///< empty: standard output
};

exit_code export_dead_letters(const export_options& options, session& here) {
  auto query = make_query(*options.filters);
  if (!query) return here.fail(query.error());
  query->oldest_first = true;

  std::optional<new_file> file;
  if (!options.file.empty()) file.emplace(options.file);
  progress_line progress{here.shows_progress() && file};
  std::uint64_t total = 0;
  std::uint64_t done = 0;
  const auto source = [&](const std::string& cursor, std::uint32_t limit) {
    query->cursor = cursor;
    query->limit = limit;
    auto page = here.client().dead_letters().query(*query);
    if (page && total == 0) total = page->total;
    return page;
  };
  const auto read = visit_pages(source, every_record, [&](const std::string& dead_letter) {
    if (file) {
      file->line(dead_letter);
    } else {
      here.output().stream_item(dead_letter);
    }
    ++done;
    progress.update(done, total, std::to_string(done) + " dead letters");
  });
  progress.clear();
  if (!read) return here.fail(read.error());
  if (!file) return exit_code::done;
  file->commit();
  std::string out;
  codec::object_writer told{out};
  told.number("exported", done);
  told.text("file", options.file);
  told.end();
  here.output().record(out);
  return exit_code::done;
}

}  // namespace

void add_dlq_export(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<export_options>();
  auto* command = parent.add_subcommand("export", "Write every dead letter that matches, whole, one a line");
  options->filters = add_dead_letter_filters(*command, true);
  command->add_option("-f,--file", options->file, "Where to write; by default, and with -, standard output")
      ->type_name("FILE");
  command->callback([options, &chosen] {
    if (names_standard_output(options->file)) options->file.clear();
    chosen = [options](session& here) { return export_dead_letters(*options, here); };
  });
}

}  // namespace eventmgr::evctl
