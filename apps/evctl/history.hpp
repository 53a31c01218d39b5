#pragma once

#include "session.hpp"

#include <eventmgr/query.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace eventmgr::evctl {

/// What a search of the history was asked for, as given.
struct history_options {
  std::string topic{};
  std::string type{};
  std::string source{};
  std::string since{};
  std::string until{};
  std::string correlation_id{};
  std::string project{};
  std::string user{};
  std::string tag{};
  std::string priority{};
  std::string order{"desc"};
  std::uint64_t limit{100};
  bool all{false};
};

/// Adds the options, all but --topic, to a command.
std::shared_ptr<history_options> add_history_options(CLI::App& command);

/// Prints the events that match, page after page, at most `limit` of them unless all are wanted.
exit_code print_history(const history_options& options, session& here);

}  // namespace eventmgr::evctl
