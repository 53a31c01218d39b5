#include "consent.hpp"

#include "terminal.hpp"

namespace eventmgr::evctl {

std::optional<exit_code> ask_consent(bool yes, const std::string& question, const std::string& otherwise,
                                     const session& here) {
  if (yes) return std::nullopt;
  if (!here.is_interactive()) {
    here.say(otherwise + ": without a terminal to ask on, --yes is needed");
    return exit_code::usage;
  }
  if (confirm(question)) return std::nullopt;
  here.say(otherwise);
  return exit_code::failed;
}

}  // namespace eventmgr::evctl
