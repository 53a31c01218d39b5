#include "../batch_sender.hpp"
#include "../input.hpp"
#include "../progress.hpp"
#include "publish.hpp"

#include <string>
#include <string_view>

namespace eventmgr::evctl {

exit_code publish_batch_file(const std::string& path, session& here) {
  line_reader input{path, here.stop(), batch_sender::longest_line};
  progress_line progress{here.shows_progress()};
  batch_sender sender{here, [&] { progress.clear(); }};

  std::string_view line;
  auto status = input.next(line);
  while (status == line_reader::status::line && !sender.is_broken()) {
    if (line.find_first_not_of(" \t") != std::string_view::npos) sender.add(line, input.line_number());
    if (input.would_wait()) sender.flush();
    progress.update(input.bytes_read(), input.file_size(), std::to_string(sender.done()) + " events");
    status = input.next(line);
  }
  if (status == line_reader::status::too_long) {
    sender.report(input.line_number(), failure{errc::too_large, "the line is longer than 8 MiB; the rest is not read"});
  }
  if (!here.stop().raised()) sender.flush();
  progress.clear();
  return sender.conclude();
}

}  // namespace eventmgr::evctl
