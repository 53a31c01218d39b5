#pragma once

#include <eventmgr/dead_letter.hpp>
#include <eventmgr/error.hpp>

#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace eventmgr::evctl {

/// Which dead letters a command is asked for, as given.
struct dead_letter_selection {
  std::string subscription{};
  std::string topic{};
  std::string type{};
  std::string reason{};
  std::string fingerprint{};
  std::string since{};
  std::string until{};
  std::string state{"open"};
};

/// Adds the filters to a command; --state only where `by_state`, for elsewhere only open ones can be meant.
std::shared_ptr<dead_letter_selection> add_dead_letter_filters(CLI::App& command, bool by_state);

/// Fails with `invalid_request` for a topic that is no pattern.
result<dead_letter_query> make_query(const dead_letter_selection& given);

/// What a command that changes dead letters is given: ids, or --all with filters.
struct dead_letter_choice {
  std::vector<std::string> ids{};
  bool all{false};
  std::shared_ptr<dead_letter_selection> filters{};
};

std::shared_ptr<dead_letter_choice> add_dead_letter_choice(CLI::App& command);

/// To be called when the command line was read. Throws what CLI11 throws for options that do not go together, or too
/// many ids.
void check_choice(const CLI::App& command, const dead_letter_choice& choice);

result<dead_letter_query> make_query(const dead_letter_choice& choice);

}  // namespace eventmgr::evctl
