#include "../command.hpp"
#include "../json_text.hpp"
#include "../progress.hpp"
#include "../waiting.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace eventmgr::evctl {
namespace {

constexpr std::chrono::milliseconds look_every{200};

/// Shows on a terminal how far the daemon has come, over a connection of its own, for the session's waits.
class progress_watch {
 public:
  explicit progress_watch(session& here) {
    auto connection = here.connection();
    if (!here.shows_progress() || !connection) return;
    connection->stop = over_;
    thread_ = std::thread{[this, &daemon = daemon_.emplace(std::move(*connection))] { watch(daemon); }};
  }
  progress_watch(const progress_watch&) = delete;
  progress_watch& operator=(const progress_watch&) = delete;
  ~progress_watch() {
    over_->raise();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void watch(client::broker_client& daemon) {
    progress_line line{true};
    while (wait_for(look_every, *over_)) {
      const result<proof_progress> at = daemon.verification();
      if (at.has_value() && at->running) line.update(at->done, at->total, "verifying");
    }
  }

  const std::shared_ptr<client::interrupt> over_{std::make_shared<client::interrupt>()};
  std::optional<client::broker_client> daemon_;
  std::thread thread_;
};

void show_problems(const std::string& report, printer& out) {
  constexpr auto right = column::alignment::right;
  const auto problems = element_texts(report, "/problems");
  if (problems.empty()) return;
  out.begin_list({{"CHECK", "/check"},
                  {"PARTITION", "/partition", right},
                  {"OFFSET", "/offset", right},
                  {"BLOCK", "/block", right},
                  {"SUBSCRIPTION", "/subscription"},
                  {"PROBLEM", "/message"}});
  for (const auto& problem : problems) out.item(problem);
  out.end_list();
  out.line("");
}

void show_subscriptions(const std::string& report, printer& out) {
  constexpr auto right = column::alignment::right;
  const auto subscriptions = element_texts(report, "/subscriptions");
  if (subscriptions.empty()) return;
  out.begin_list({{"SUBSCRIPTION", "/name"},
                  {"MATCHED", "/matched", right},
                  {"ACKNOWLEDGED", "/acknowledged", right},
                  {"EXPIRED", "/expired", right},
                  {"DEAD", "/dead", right},
                  {"SKIPPED", "/skipped", right},
                  {"RETRYING", "/exceptions", right}});
  for (const auto& subscription : subscriptions) out.item(subscription);
  out.end_list();
  out.line("");
}

std::string counted(const std::string& count, const std::string& what) {
  return count + " " + what + (count == "1" ? "" : "s");
}

void show_verdict(const std::string& report, bool sound, printer& out) {
  const auto member = [&](const char* pointer) { return member_text(report, pointer).value_or("?"); };
  const std::string scope = counted(member("/events"), "event") + ", " +
                            counted(std::to_string(element_texts(report, "/subscriptions").size()), "subscription") +
                            ": ";
  out.line(scope + (sound ? out.paint("nothing is lost", style::green)
                          : out.paint(counted(member("/problemCount"), "problem"), style::red)));
}

exit_code verify(session& here) {
  const auto report = [&] {
    const progress_watch shown{here};
    return here.client().verify();
  }();
  if (!report) return here.fail(report.error());
  const bool sound = member_text(*report, "/ok") == "true";
  printer& out = here.output();
  if (out.is_table()) {
    show_problems(*report, out);
    show_subscriptions(*report, out);
    show_verdict(*report, sound, out);
  } else {
    out.record(*report);
  }
  return sound ? exit_code::done : exit_code::failed;
}

}  // namespace

void add_verify(CLI::App& parent, command_action& chosen) {
  auto* command = parent.add_subcommand(
      "verify", "Prove that nothing stored was lost and every match is accounted for; exit with 1 when that fails");
  command->callback([&chosen] { chosen = verify; });
}

}  // namespace eventmgr::evctl
