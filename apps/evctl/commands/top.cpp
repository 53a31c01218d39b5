#include "../command.hpp"
#include "../full_screen.hpp"
#include "../option_check.hpp"
#include "../terminal.hpp"
#include "../top/frame.hpp"
#include "../top/poller.hpp"

#include <CLI/CLI.hpp>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::evctl {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t width_of_a_pipe = 200;
constexpr char escape = '\x1b';
constexpr std::chrono::milliseconds longest_poll{60000};

struct top_options {
  std::string interval{"1s"};
  std::string sort{"lag"};
  bool once{false};
};

class live_view {
 public:
  live_view(client::client_options to, top::view how, std::chrono::milliseconds interval, session& here)
      : how_{std::move(how)}, interval_{interval}, here_{here}, daemon_{std::move(to)} {}

  /// Only a daemon that has answered once is waited for when it is away.
  exit_code run() {
    daemon_.ask();
    next_ = clock::now() + interval_;
    std::optional<full_screen> screen;
    while (!here_.stop().raised() && !quit_) {
      wait(screen);
      bool redraw = screen && screen->was_resized();
      if (screen) redraw = handle_keys(*screen) || redraw;
      if (auto seen = daemon_.take()) {
        if (!*seen && !sample_) return here_.fail(seen->error());
        accept(*std::move(seen));
        if (!screen) screen.emplace();
        redraw = true;
      }
      if (!how_.paused && clock::now() >= next_ && !daemon_.is_busy()) {
        daemon_.ask();
        next_ = clock::now() + interval_;
      }
      if (screen && redraw) draw(*screen);
    }
    return exit_code::done;
  }

 private:
  void wait(const std::optional<full_screen>& screen) const {
    std::array<pollfd, 3> watched{pollfd{daemon_.descriptor(), POLLIN, 0}, pollfd{here_.stop().descriptor(), POLLIN, 0},
                                  pollfd{screen ? screen->keys() : -1, POLLIN, 0}};
    auto limit = longest_poll;
    if (!how_.paused && !daemon_.is_busy()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_ - clock::now());
      limit = std::clamp(left, std::chrono::milliseconds{0}, longest_poll);
    }
    ::poll(watched.data(), watched.size(), static_cast<int>(limit.count()));
  }

  /// Whether anything is to be seen of them.
  bool handle_keys(full_screen& screen) {
    bool any = false;
    while (const auto key = screen.read_key()) {
      if (*key == escape) {
        // A key that sends a sequence means nothing here; its letters are not keys of their own.
        while (screen.read_key()) {
        }
      } else {
        any = true;
        handle_key(*key);
      }
    }
    return any;
  }

  void handle_key(char key) {
    if (key == 'q') quit_ = true;
    if (key == 'p') how_.paused = !how_.paused;
    if (const auto by = top::sort_key_of(key)) how_.sort = *by;
  }

  void accept(result<top::sample> seen) {
    if (!seen) {
      how_.trouble = seen.error().message;
      return;
    }
    how_.trouble.clear();
    before_ = std::exchange(sample_, *std::move(seen));
  }

  void draw(full_screen& screen) {
    if (!sample_) return;
    how_.width = terminal_width();
    how_.height = terminal_height();
    screen.show(top::draw(*sample_, before_ ? &*before_ : nullptr, how_));
  }

  top::view how_;
  const std::chrono::milliseconds interval_;
  session& here_;
  top::poller daemon_;
  std::optional<top::sample> sample_{};
  std::optional<top::sample> before_{};
  clock::time_point next_{};
  bool quit_{false};
};

exit_code show_once(top::view how, session& here) {
  const auto seen = top::take_sample(here.client());
  if (!seen) return here.fail(seen.error());
  if (!here.output().is_table()) {
    here.output().record(seen->json);
    return exit_code::done;
  }
  how.width = is_terminal(STDOUT_FILENO) ? terminal_width() : width_of_a_pipe;
  how.height = 0;
  how.keys = false;
  for (const auto& line : top::draw(*seen, nullptr, how)) here.output().line(line);
  return exit_code::done;
}

exit_code run_top(const top_options& options, session& here) {
  auto connection = here.connection();
  if (!connection) return here.fail(connection.error());
  top::view how;
  how.url = connection->url;
  how.sort = top::parse_sort_key(options.sort).value_or(top::sort_key::lag);
  how.colour = here.output().has_colour();
  if (options.once) return show_once(std::move(how), here);
  if (!is_terminal(STDOUT_FILENO)) {
    here.say("top needs a terminal; --once prints how things are now");
    return exit_code::usage;
  }
  live_view live{*std::move(connection), std::move(how), option_value(parse_duration, options.interval), here};
  return live.run();
}

}  // namespace

void add_top(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<top_options>();
  auto* command = parent.add_subcommand("top", "Watch rates, lag, breakers and dead letters; q ends it");
  command->add_option("--interval", options->interval, "How often it looks")
      ->type_name("DURATION")
      ->capture_default_str()
      ->check(positive_duration());
  const std::vector<std::string> keys{std::begin(top::sort_names), std::end(top::sort_names)};
  command->add_option("--sort", options->sort, "lag, rate, inflight, retrying, dead or name")
      ->type_name("KEY")
      ->capture_default_str()
      ->check(one_of(keys));
  command->add_flag("--once", options->once, "Print how things are now, and end");
  command->callback([options, &chosen] { chosen = [options](session& here) { return run_top(*options, here); }; });
}

}  // namespace eventmgr::evctl
