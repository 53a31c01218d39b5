#include "../cancellation.hpp"
#include "../json_text.hpp"
#include "../long_work.hpp"
#include "../option_check.hpp"
#include "../record_pages.hpp"
#include "replay.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

exit_code list_replays(std::uint64_t limit, session& here) {
  constexpr auto right = column::alignment::right;
  const auto source = [&](const std::string& cursor, std::uint32_t page) {
    return here.client().replays().list(cursor, page);
  };
  return print_pages({{"CREATED", "/createdAt"},
                      {"ID", "/replayId"},
                      {"STATUS", "/status"},
                      {"EVENTS", "/eventsToReplay", right},
                      {"REPLAYED", "/eventsReplayed", right},
                      {"WHY", "/statusReason"}},
                     source, limit, here);
}

/// The newest one, if none is named.
result<std::string> find_replay(const std::string& text, session& here) {
  if (!text.empty()) {
    return here.client().replays().get(option_value(replay_id::parse, text));
  }
  auto newest = here.client().replays().list({}, 1);
  if (!newest) return newest.error();
  if (newest->items.empty()) return failure{errc::not_found, "there is no replay"};
  return newest->items.front();
}

exit_code show_status(const std::string& text, bool wait, session& here) {
  const auto replay = find_replay(text, here);
  if (!replay) return here.fail(replay.error());
  if (wait) {
    return watch_replay(option_value(replay_id::parse, member_text(*replay, "/replayId").value_or("")), here);
  }
  here.output().record(*replay, "request");
  return exit_code::done;
}

exit_code cancel_replay(const cancel_options& options, session& here) {
  const auto id = option_value(replay_id::parse, options.id);
  const auto replay = here.client().replays().get(id);
  if (!replay) return here.fail(replay.error());
  const auto status = member_text(*replay, "/status").value_or("");
  cancellation work;
  work.name = "replay " + to_string(id);
  work.items = "events";
  work.over = status != "started" && status != "running";
  work.total = number_at(*replay, "/eventsToReplay");
  work.left = work.total - std::min(work.total, number_at(*replay, "/eventsReplayed"));
  work.cancel = [&] { return here.client().replays().cancel(id); };
  return cancel_work(options, work, here);
}

}  // namespace

void add_replay_list(CLI::App& parent, command_action& chosen) {
  const auto limit = std::make_shared<std::uint64_t>(100);
  auto* command = parent.add_subcommand("list", "List the replays, newest first");
  command->add_option("--limit", *limit, "At most so many replays")
      ->type_name("N")
      ->capture_default_str()
      ->check(positive_number());
  command->callback([limit, &chosen] { chosen = [limit](session& here) { return list_replays(*limit, here); }; });
}

void add_replay_status(CLI::App& parent, command_action& chosen) {
  struct status_options {
    std::string id{};
    bool wait{false};
  };
  const auto options = std::make_shared<status_options>();
  auto* command = parent.add_subcommand("status", "Show a replay, and how far it has come");
  command->add_option("id", options->id, "The replay's id; by default the newest")->check(uuid_value());
  command->add_flag("--wait", options->wait, "Wait for its end, and exit as replay --wait does");
  command->callback([options, &chosen] {
    chosen = [options](session& here) { return show_status(options->id, options->wait, here); };
  });
}

void add_replay_cancel(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<cancel_options>();
  auto* command = parent.add_subcommand("cancel", "End a replay");
  command->add_option("id", options->id, "The replay's id")->required()->check(uuid_value());
  add_cancel_options(*command, *options);
  command->callback(
      [options, &chosen] { chosen = [options](session& here) { return cancel_replay(*options, here); }; });
}

}  // namespace eventmgr::evctl
