#pragma once

#include "config_file.hpp"
#include "exit_code.hpp"
#include "printer.hpp"
#include "standard_output.hpp"

#include <eventmgr/client.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::evctl {

/// The options that every command takes, as given.
struct global_options {
  std::string url{};
  std::string token_file{};
  std::string ca_file{};
  std::string context{};
  std::string output{};
  bool no_colour{false};
};

/// Where a command runs: the daemon it speaks to, and the streams it writes to.
class session {
 public:
  session(global_options options, std::shared_ptr<client::interrupt> stop);

  /// The daemon's address: --url, else the context that --context names, else EVENTMGR_URL, else the context that
  /// EVENTMGR_CONTEXT names, else the current context, else http://127.0.0.1:3004. The token: --token-file, else that
  /// of the context that --context names, else EVENTMGR_TOKEN, else that of the context whose address is used.
  result<client::client_options> connection() const;

  /// Made with the first call. Throws `error` for what `connection` fails with.
  client::broker_client& client();

  class printer& output() noexcept { return printer_; }
  client::interrupt& stop() noexcept { return *stop_; }

  /// Whether standard error, where progress and questions go, is a terminal, and standard input too.
  bool is_interactive() const noexcept { return interactive_; }
  bool shows_progress() const noexcept { return progress_; }

  /// Writes a line to standard error, after "evctl: ".
  void say(std::string_view text) const;

  /// Says what went wrong, with its details, and answers what to exit with.
  exit_code fail(const failure& why) const;

 private:
  global_options options_;
  std::shared_ptr<client::interrupt> stop_;
  standard_output out_{};
  class printer printer_;
  bool interactive_;
  bool progress_;
  std::optional<client::broker_client> client_{};
};

}  // namespace eventmgr::evctl
